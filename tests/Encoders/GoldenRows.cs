using ML.Extensions.Checkpoints;
using ML.Extensions.Encoders;

namespace ML.Extensions.Tests.Encoders;

/// <summary>The padded rows of one golden run, and the states that the reference gave them.</summary>
/// <param name="Ids">[B, L].</param>
/// <param name="Mask">[B, L]; 1 is a token.</param>
/// <param name="Types">[B, L], or null.</param>
/// <param name="Positions">[B, L], or null.</param>
/// <param name="States">[b, L, D], of the first b rows.</param>
/// <param name="Width">D.</param>
/// <param name="Length">L.</param>
internal sealed record GoldenRows(long[] Ids, long[] Mask, long[]? Types, long[]? Positions, float[] States, int Width, int Length)
{
    public static GoldenRows Read(SafetensorsFile golden, string run)
    {
        long[] Longs(string name)
        {
            using var tensor = golden.Read(run + name);
            return tensor.data<long>().ToArray();
        }

        long[]? Maybe(string name) => golden.Entries.ContainsKey(run + name) ? Longs(name) : null;
        using var states = golden.Read(run + "last_hidden_state");
        return new(
            Longs("input_ids"), Longs("attention_mask"), Maybe("token_type_ids"), Maybe("position_ids"),
            states.data<float>().ToArray(), (int)states.shape[2], (int)states.shape[1]);
    }

    /// <summary>The same with no token in rows that have padding between tokens.</summary>
    public GoldenRows WithoutGaps()
    {
        var mask = Mask.ToArray();
        for (var row = 0; row < mask.Length; row += Length)
        {
            var real = Mask.AsSpan(row, Length);
            if (real[real.IndexOf(1)..(real.LastIndexOf(1) + 1)].Contains(0))
                mask.AsSpan(row, Length).Clear();
        }

        return this with { Mask = mask };
    }

    /// <summary>The tokens that the mask keeps, packed, and their states [T, D].</summary>
    /// <param name="positions">Position id of position 0, where position_ids are to be used; null leaves them to the model.</param>
    public (PackedTokens Batch, float[] Expected) Kept(int? positions)
    {
        var kept = Enumerable.Range(0, States.Length / Width).Where(i => Mask[i] == 1).ToArray();
        int[] lengths = [.. kept.GroupBy(i => i / Length).Select(g => g.Count())];
        var batch = new PackedTokens([.. kept.Select(i => (int)Ids[i])], lengths)
        {
            TokenTypes = Types is null ? null : [.. kept.Select(i => (int)Types[i])],
            Positions = positions is { } first ? [.. kept.Select(i => (float)(Positions![i] - first))] : null,
        };
        return (batch, [.. kept.SelectMany(i => States.AsSpan(i * Width, Width).ToArray())]);
    }
}
