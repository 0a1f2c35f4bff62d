using static TorchSharp.torch;

namespace ML.Extensions.Positions;

/// <summary>Attention with linear biases: logits fall with the distance, by a slope of each head. Source: arXiv 2108.12409.</summary>
internal static class Alibi
{
    /// <summary>
    /// Slopes, [heads]: 2^(-8h/n), h = 1 … n, for n heads, a power of 2; otherwise those of the power of 2 below, then every
    /// second one of the power above.
    /// </summary>
    public static float[] Slopes(int heads)
    {
        var power = 1;
        while (2 * power <= heads)
            power *= 2;
        static double Slope(int h, int n) => Math.Pow(2, -8.0 * h / n);
        return [.. Enumerable.Range(1, power).Select(h => (float)Slope(h, power)),
            .. Enumerable.Range(0, heads - power).Select(h => (float)Slope((2 * h) + 1, 2 * power))];
    }

    /// <summary>Added to the logits: -slope · |distance|, from distances [n, L, S] to [n, H, L, S], float32.</summary>
    public static Tensor Bias(Tensor distance, int heads)
    {
        using var scope = NewDisposeScope();
        var slopes = tensor(Slopes(heads), device: distance.device).view(1, -1, 1, 1);
        return (distance.abs().unsqueeze(1) * slopes).neg_().MoveToOuterDisposeScope();
    }
}
