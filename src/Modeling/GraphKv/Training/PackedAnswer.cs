namespace ML.Extensions.GraphKv;

/// <summary>
/// An example under a plan as one sequence of T tokens: entries, then each question with its answer, at the plan's positions. An entry
/// that is seen at another place than its own has more keys: those of the same tokens, turned to that place.
/// </summary>
internal sealed class PackedAnswer
{
    /// <summary>Ids, [T].</summary>
    public required int[] Ids { get; init; }

    /// <summary>Position of each token, [T].</summary>
    public required float[] Positions { get; init; }

    /// <summary>Tokens whose keys are seen at another place, too, [X]; they are keys T, T + 1, ….</summary>
    public required int[] MovedTokens { get; init; }

    /// <summary>Their positions there, [X].</summary>
    public required float[] MovedPositions { get; init; }

    /// <summary>Who sees whom, [T] by [T + X].</summary>
    public required IReadOnlyList<MaskBlock> Blocks { get; init; }

    /// <summary>Tokens whose next one is an answer's, ascending.</summary>
    public required int[] Rows { get; init; }

    /// <summary>Those next tokens.</summary>
    public required int[] Targets { get; init; }

    /// <summary>Number of targets of each question, in order.</summary>
    public required int[] TargetCounts { get; init; }

    /// <summary>T.</summary>
    public int Length => Ids.Length;

    /// <summary>T + X.</summary>
    public int Keys => Ids.Length + MovedTokens.Length;

    /// <summary>Writes 0 where query i sees key j, at most <paramref name="reach"/> positions away, and minus infinity elsewhere, [T, T + X].</summary>
    public void WriteMask(Span<float> mask, int? reach)
    {
        mask.Fill(float.NegativeInfinity);
        foreach (var block in Blocks)
            for (var i = 0; i < block.Queries; i++)
            {
                var row = mask.Slice(((block.Query + i) * Keys) + block.Key, block.Causal ? i + 1 : block.Keys);
                if (reach is not { } most)
                {
                    row.Clear();
                    continue;
                }

                for (var j = 0; j < row.Length; j++)
                    if (Positions[block.Query + i] - KeyPosition(block.Key + j) <= most)
                        row[j] = 0;
            }
    }

    /// <summary>Position at which a key is seen.</summary>
    public float KeyPosition(int key) => key < Length ? Positions[key] : MovedPositions[key - Length];
}
