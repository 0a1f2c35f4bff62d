using ML.Extensions.Attention;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Conformance;

/// <summary>SelfExtend from the paper's definition, pair by pair: every logit is the query's product with the key turned by their distance. Dense, with gradients.</summary>
internal static class SelfExtendOracle
{
    /// <summary>Distance of the paper: neighbours by place, others by groups; written with loops.</summary>
    public static int Distance(int i, int j, int group, int near)
    {
        var apart = i > j ? i - j : j - i;
        if (apart < near)
            return i - j;
        int Group(int n)
        {
            var g = 0;
            while (n >= group)
            {
                n -= group;
                g++;
            }

            return g;
        }

        var shift = near - Group(near);
        return i > j ? Group(i) + shift - Group(j) : Group(i) - (Group(j) + shift);
    }

    /// <summary>Logits of q [H, L, d] and k [H, L, d], rotate-half, [H, L, L].</summary>
    public static Tensor Logits(Tensor q, Tensor k, double[] frequencies, double factor, int group, int near, double scale)
    {
        var (length, half) = ((int)q.shape[1], frequencies.Length);
        var distances = new double[length * length];
        for (var i = 0; i < length; i++)
            for (var j = 0; j < length; j++)
                distances[(i * length) + j] = Distance(i, j, group, near);
        var r = tensor(distances, length, length);
        var logits = matmul(q.narrow(2, 2 * half, q.shape[2] - (2 * half)), k.narrow(2, 2 * half, q.shape[2] - (2 * half)).transpose(1, 2));
        for (var n = 0; n < half; n++)
        {
            var (cos, sin) = ((r * frequencies[n]).cos() * factor * factor, (r * frequencies[n]).sin() * factor * factor);
            var (a, b) = (q.select(2, n).unsqueeze(2), q.select(2, n + half).unsqueeze(2));
            var (c, d) = (k.select(2, n).unsqueeze(1), k.select(2, n + half).unsqueeze(1));
            logits = logits + (cos * ((a * c) + (b * d))) - (sin * ((b * c) - (a * d)));
        }

        return logits * scale;
    }

    /// <summary>[H, L, d] of q [H, L, d], k and v [KeyHeads, L, d]; all in double.</summary>
    public static Tensor Attend(
        Tensor q, Tensor k, Tensor v, double[] frequencies, double factor, SelfExtendWindow window, bool causal, double scale, double? softCap = null)
    {
        var share = q.shape[0] / k.shape[0];
        var logits = Logits(q, k.repeat_interleave(share, 0), frequencies, factor, window.Group, window.Neighbours, scale);
        if (softCap is { } cap)
            logits = (logits / cap).tanh() * cap;
        if (causal)
            logits = logits.masked_fill(ones(q.shape[1], q.shape[1], ScalarType.Bool).triu(1), double.NegativeInfinity);
        return matmul(logits.softmax(-1), v.repeat_interleave(share, 0));
    }
}
