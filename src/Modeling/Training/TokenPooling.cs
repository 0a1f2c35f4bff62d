using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>Pooling with gradients, for groups of sequences of one length. Source: sentence-transformers' Pooling module.</summary>
internal static class TokenPooling
{
    /// <summary>States of a packed batch to one vector a sequence; several modes stand side by side.</summary>
    /// <param name="states">[T, D].</param>
    /// <param name="batch">The sequences.</param>
    /// <param name="modes">How.</param>
    /// <returns>[N, D·modes], in the current scope.</returns>
    public static Tensor Pool(Tensor states, PackedTokens batch, IReadOnlyList<PoolingMode> modes)
    {
        var groups = LengthGroup.Of(batch, states.device, states.dtype);
        var parts = groups.Count == 1 ? [states] : states.split([.. groups.Select(g => (long)g.Count * g.Length)], 0);
        var pooled = groups.Zip(parts, (group, part) =>
        {
            var rows = part.view(group.Count, group.Length, -1); // [n, L, D]
            return modes.Count == 1 ? Pool(rows, modes[0]) : cat([.. modes.Select(m => Pool(rows, m))], 1);
        }).ToArray();
        return pooled.Length == 1 ? pooled[0] : cat(pooled);
    }

    private static Tensor Pool(Tensor x, PoolingMode mode) => mode switch // [n, L, D] to [n, D]
    {
        PoolingMode.Cls => x.select(1, 0),
        PoolingMode.LastToken => x.select(1, x.shape[1] - 1),
        PoolingMode.Mean => x.mean([1]),
        PoolingMode.MeanSqrtLength => x.sum(1) / Math.Sqrt(x.shape[1]),
        PoolingMode.Max => x.amax([1]),
        PoolingMode.WeightedMean => (x * arange(1, x.shape[1] + 1, x.dtype, x.device).unsqueeze(1)).sum(1) / (x.shape[1] * (x.shape[1] + 1) / 2.0),
        _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Unknown pooling mode."),
    };
}
