using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using ML.Extensions.LongText;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>Pooling with gradients, for groups of sequences of one length. Source: sentence-transformers' Pooling module.</summary>
internal static class TokenPooling
{
    /// <summary>States of a packed batch to one vector a sequence; several modes stand side by side.</summary>
    /// <param name="states">[T, D].</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="modes">How.</param>
    /// <param name="from">First pooled token of each sequence, [N]; null pools all. The last token is the last in any case.</param>
    /// <returns>[N, D·modes], in the current scope.</returns>
    public static Tensor Pool(Tensor states, PackedTokens batch, IReadOnlyList<PoolingMode> modes, int[]? from = null)
    {
        if (from is not null && Array.Exists(from, f => f > 0))
            return Each(states, batch, modes, from);
        var groups = LengthGroup.Of(batch, states.device, states.dtype);
        var parts = groups.Count == 1 ? [states] : states.split([.. groups.Select(g => (long)g.Count * g.Length)], 0);
        var pooled = groups.Zip(parts, (group, part) =>
        {
            var rows = part.view(group.Count, group.Length, -1); // [n, L, D]
            return modes.Count == 1 ? Pool(rows, modes[0]) : cat([.. modes.Select(m => Pool(rows, m))], 1);
        }).ToArray();
        return pooled.Length == 1 ? pooled[0] : cat(pooled);
    }

    /// <summary>Sequence by sequence, as each begins at a place of its own.</summary>
    private static Tensor Each(Tensor states, PackedTokens batch, IReadOnlyList<PoolingMode> modes, int[] from)
    {
        var pooled = new Tensor[from.Length];
        long at = 0;
        for (var i = 0; i < pooled.Length; at += batch.Lengths[i++])
        {
            var (own, length) = (at + from[i], batch.Lengths[i] - from[i]);
            var rows = states.narrow(0, own, length).unsqueeze(0); // [1, L, D]
            pooled[i] = cat([.. modes.Select(m => m == PoolingMode.WeightedMean ? Weighted(rows, from[i]) : Pool(rows, m))], 1);
        }

        return cat(pooled);
    }

    /// <summary>Weights count from the sequence's first token, pooled or not.</summary>
    private static Tensor Weighted(Tensor x, int from) // [1, L, D] to [1, D]
    {
        var weights = Range(from + 1, from + x.shape[1] + 1, x.dtype, x.device);
        return (x * weights.unsqueeze(1)).sum(1) / weights.sum();
    }

    private static Tensor Pool(Tensor x, PoolingMode mode) => mode switch // [n, L, D] to [n, D]
    {
        PoolingMode.Cls => x.select(1, 0),
        PoolingMode.LastToken => x.select(1, x.shape[1] - 1),
        PoolingMode.Mean => x.mean([1]),
        PoolingMode.MeanSqrtLength => x.sum(1).Over(Math.Sqrt(x.shape[1])),
        PoolingMode.Max => x.amax([1]),
        PoolingMode.WeightedMean => (x * Range(1, x.shape[1] + 1, x.dtype, x.device).unsqueeze(1)).sum(1).Over(x.shape[1] * (x.shape[1] + 1) / 2.0),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown pooling mode."),
    };
}
