using ML.Extensions.Attention;
using ML.Extensions.Positions;

namespace ML.Extensions.Encoders;

/// <summary>A batch of N sequences laid end to end, without padding: T tokens in all.</summary>
/// <param name="Ids">Ids of all tokens, special ones included, [T].</param>
/// <param name="Lengths">Tokens of each sequence, [N]; sequences of equal length stand together (sorted, longest first).</param>
internal sealed record PackedTokens(int[] Ids, int[] Lengths)
{
    /// <summary>
    /// Position of each token, [T]; null means 0, 1, 2, … within each sequence. A fraction stands between two trained
    /// positions: absolute models interpolate linearly between the two rows, rotary ones turn by the fraction.
    /// </summary>
    public float[]? Positions { get; init; }

    /// <summary>Factor on the attention logits of each sequence, [N]; null means 1. Source: LongEmbed, appendix B.</summary>
    public float[]? LogitScales { get; init; }

    /// <summary>What changes of rotary positions in each sequence, [N]; null leaves them. Models without such positions have no use for it.</summary>
    public RotaryChange?[]? Rotary { get; init; }

    /// <summary>SelfExtend's parameters for each sequence, [N]; null is plain attention. For rotary models.</summary>
    public SelfExtendWindow?[]? SelfExtend { get; init; }

    /// <summary>Token type of each token, [T]; null means 0.</summary>
    public int[]? TokenTypes { get; init; }

    /// <summary>
    /// Positions of families that count only what is not padding: a padding id inside a text gets the row before position 0 and
    /// takes none. Given positions stay. Source: fairseq's make_positions.
    /// </summary>
    public PackedTokens PassOver(int padding)
    {
        if (Positions is not null || !Ids.Contains(padding))
            return this;
        var positions = new float[Ids.Length];
        for (int i = 0, at = 0; i < Lengths.Length; i++)
        {
            var next = 0;
            for (var end = at + Lengths[i]; at < end; at++)
                positions[at] = Ids[at] == padding ? -1 : next++;
        }

        return this with { Positions = positions };
    }

    /// <summary>
    /// Positions of a model whose table was stretched: a text within the old window takes every s-th row, and so meets the rows that it always
    /// had. Given positions stay.
    /// </summary>
    /// <param name="stride">s.</param>
    /// <param name="window">The old window in tokens.</param>
    public PackedTokens Spread(int stride, int window) => stride == 1 || Positions is not null || Lengths.All(l => l > window)
        ? this : this with { Positions = [.. Lengths.SelectMany(l => SpreadPositions(l, stride, window))] };

    /// <summary>Positions of one such text, [length].</summary>
    public static float[] SpreadPositions(int length, int stride, int window)
    {
        var positions = new float[length];
        for (var i = 0; i < length; i++)
            positions[i] = length <= window ? (float)i * stride : i;
        return positions;
    }

    /// <summary>A stretch of the sequences as a batch of its own.</summary>
    public PackedTokens Slice(BatchPart part) => part.Count == Lengths.Length ? this : new(
        Ids[part.Start..(part.Start + part.Tokens)], Lengths[part.First..(part.First + part.Count)])
    {
        Positions = Positions?[part.Start..(part.Start + part.Tokens)],
        LogitScales = LogitScales?[part.First..(part.First + part.Count)],
        Rotary = Rotary?[part.First..(part.First + part.Count)],
        SelfExtend = SelfExtend?[part.First..(part.First + part.Count)],
        TokenTypes = TokenTypes?[part.Start..(part.Start + part.Tokens)],
    };
}
