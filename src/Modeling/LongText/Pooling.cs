namespace ML.Extensions.LongText;

/// <summary>Pools the states of one sequence, in managed memory. Source: sentence-transformers' Pooling module.</summary>
internal static class Pooling
{
    /// <summary>Adds nothing but returns one mode's vector: states [L, D] row-major to [D].</summary>
    /// <param name="mode">Which pooling.</param>
    /// <param name="states">States of the sequence, L·D floats.</param>
    /// <param name="width">D.</param>
    /// <param name="from">First pooled token; those before it are the prompt's, where prompts are not pooled.</param>
    public static float[] Pool(PoolingMode mode, ReadOnlySpan<float> states, int width, int from)
    {
        var length = states.Length / width;
        if (length == 0)
            return new float[width]; // a text without tokens, under a model without special ones
        return mode switch
        {
            PoolingMode.Cls => Row(states, width, Math.Min(from, length - 1)),
            PoolingMode.LastToken => Row(states, width, length - 1),
            PoolingMode.Max => Max(states, width, from),
            PoolingMode.Mean => Mean(states, width, from, _ => 1, (sum, _) => sum),
            PoolingMode.MeanSqrtLength => Mean(states, width, from, _ => 1, (_, n) => Math.Sqrt(n)),
            PoolingMode.WeightedMean => Mean(states, width, from, i => i + 1, (sum, _) => sum),
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown pooling mode."),
        };
    }

    private static float[] Row(ReadOnlySpan<float> states, int width, int row) =>
        states.Slice(row * width, width).ToArray();

    private static float[] Max(ReadOnlySpan<float> states, int width, int from)
    {
        var best = new float[width];
        best.AsSpan().Fill(float.NegativeInfinity);
        for (var at = from * width; at < states.Length; at += width)
        {
            for (var d = 0; d < width; d++)
                best[d] = Math.Max(best[d], states[at + d]);
        }

        return best;
    }

    private static float[] Mean(
        ReadOnlySpan<float> states, int width, int from, Func<int, float> weight, Func<double, int, double> divisor)
    {
        var sums = new float[width];
        var weights = 0.0;
        var length = states.Length / width;
        for (var i = from; i < length; i++)
        {
            var w = weight(i);
            weights += w;
            AddScaled(sums, states.Slice(i * width, width), w);
        }

        var by = (float)(1 / Math.Max(divisor(weights, length - from), 1e-9));
        for (var d = 0; d < width; d++)
            sums[d] *= by;
        return sums;
    }

    /// <summary>sums += w · row.</summary>
    public static void AddScaled(Span<float> sums, ReadOnlySpan<float> row, float w)
    {
        var lanes = System.Numerics.Vector<float>.Count;
        var d = 0;
        for (; d <= sums.Length - lanes; d += lanes)
        {
            var sum = new System.Numerics.Vector<float>(sums[d..]) + (new System.Numerics.Vector<float>(row[d..]) * w);
            sum.CopyTo(sums[d..]);
        }

        for (; d < sums.Length; d++)
            sums[d] += row[d] * w;
    }
}
