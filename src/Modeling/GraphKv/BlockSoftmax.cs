using ML.Extensions.Attention;
using ML.Extensions.Kernels;
using ML.Extensions.Positions;
using ML.Extensions.Transformers;
using TorchSharp;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Attention of queries over one block of keys, with the sums that a merge needs. libtorch's flash kernel takes what has no
/// bias, no soft-capping and no window in reach; the rest goes in tiles. Windows count positions, not places in the cache.
/// </summary>
internal static class BlockSoftmax
{
    private const int TileRows = 256;

    /// <summary>Attends.</summary>
    /// <param name="query">[H, L, d], turned and scaled so that logits are q·k / sqrt(d).</param>
    /// <param name="positions">Position of each query, [L].</param>
    /// <param name="block">Keys; own ones are seen up to the query's position.</param>
    /// <param name="spec">The layer.</param>
    public static PartialAttention Attend(Tensor query, int[] positions, KeyBlock block, AttentionSpec spec)
    {
        using var scope = NewDisposeScope();
        var found = query.device.type == DeviceType.CPU && IsPlain(positions, block, spec) ? Flash(query, positions, block) : Tiled(query, positions, block, spec);
        return new(found.Output.MoveToOuterDisposeScope(), found.Sums.MoveToOuterDisposeScope());
    }

    private static bool IsPlain(int[] positions, KeyBlock block, AttentionSpec spec) =>
        spec is { SoftCap: null, Positions: null or PositionEncoding.Rotary }
        && (spec.Reach is not { } reach || positions.Max() - block.Positions.Min() <= reach);

    private static PartialAttention Flash(Tensor query, int[] positions, KeyBlock block)
    {
        var (heads, length, d) = (query.shape[0], query.shape[1], query.shape[2]);
        var scale = 1 / Math.Sqrt(d);
        if (block.OwnFrom == block.Positions.Length) // every query sees every key: heads that share keys become rows of one head
        {
            var folded = query.reshape(1, block.Keys.shape[0], -1, d);
            var (all, sums) = FlashAttention.Attend(folded, block.Keys.unsqueeze(0), block.Values.unsqueeze(0), causal: false, scale);
            return new(all.reshape(heads, length, d), sums.reshape(heads, length));
        }

        var (q, k, v) = (query.unsqueeze(0), Spread(block.Keys, heads).unsqueeze(0), Spread(block.Values, heads).unsqueeze(0));
        var (y, l) = block.OwnFrom == 0 && length == block.Positions.Length
            ? FlashAttention.Attend(q, k, v, causal: true, scale)
            : FlashAttention.Attend(q, k, v, Mask(positions, block, q), scale);
        return new(y.squeeze(0), l.squeeze(0));
    }

    /// <summary>Added to the logits, [L, S]: minus infinity over own keys behind the query.</summary>
    private static Tensor Mask(int[] positions, KeyBlock block, Tensor like)
    {
        var hidden = Later(Distance(positions, block, like.device), block);
        return zeros(hidden.shape, device: like.device).masked_fill_(hidden, Number(float.NegativeInfinity)).to(like.dtype);
    }

    /// <summary>Keys or values once for each query head, [H, S, d].</summary>
    private static Tensor Spread(Tensor x, long heads) => x.shape[0] == heads ? x
        : x.unsqueeze(1).expand(x.shape[0], heads / x.shape[0], x.shape[1], x.shape[2]).reshape(heads, x.shape[1], x.shape[2]);

    private static PartialAttention Tiled(Tensor query, int[] positions, KeyBlock block, AttentionSpec spec)
    {
        var parts = new List<PartialAttention>();
        for (var from = 0; from < positions.Length; from += TileRows)
        {
            var rows = Math.Min(TileRows, positions.Length - from);
            parts.Add(Tile(query.narrow(1, from, rows), positions.AsSpan(from, rows).ToArray(), block, spec));
        }

        return parts.Count == 1 ? parts[0] : new(cat([.. parts.Select(p => p.Output)], 1), cat([.. parts.Select(p => p.Sums)], 1));
    }

    private static PartialAttention Tile(Tensor query, int[] positions, KeyBlock block, AttentionSpec spec)
    {
        using var scope = NewDisposeScope();
        var (heads, rows, d) = (query.shape[0], query.shape[1], query.shape[2]);
        var logits = matmul(query, Spread(block.Keys, heads).transpose(1, 2)).to(ScalarType.Float32).DivideHeld(Math.Sqrt(d)); // [H, rows, S]
        if (spec.SoftCap is { } cap)
            logits = logits.DivideHeld(cap).tanh_().MultiplyHeld(cap);
        var distance = Distance(positions, block, query.device); // [rows, S]
        if (spec.Positions is PositionEncoding.Linear)
            logits = logits.AddHeld(Alibi.Bias(distance.unsqueeze(0), (int)heads).squeeze(0));
        if (Hidden(distance, block, spec) is { } hidden)
            logits = logits.masked_fill_(hidden, Number(float.NegativeInfinity));
        var largest = logits.amax([-1], keepdim: true).clamp_min_(Number(float.MinValue)); // a row that sees nothing stays finite
        var weights = logits.SubtractHeld(largest).exp_();
        var total = weights.sum(-1); // [H, rows]
        var output = matmul(weights.to(query.dtype), Spread(block.Values, heads)).div_(total.clamp_min(Number(1e-30f)).unsqueeze(-1).to(query.dtype));
        return new(output.MoveToOuterDisposeScope(), largest.squeeze(-1).Plus(total.log()).MoveToOuterDisposeScope());
    }

    private static Tensor Distance(int[] positions, KeyBlock block, Device device) =>
        tensor(positions, device: device).unsqueeze(1).Minus(tensor(block.Positions, device: device));

    /// <summary>True where a key is not seen, [rows, S]; null where all are.</summary>
    private static Tensor? Hidden(Tensor distance, KeyBlock block, AttentionSpec spec)
    {
        var hidden = spec.Reach is { } reach ? distance.gt(Number(reach)) : null;
        if (block.OwnFrom == block.Positions.Length)
            return hidden;
        var later = Later(distance, block);
        return hidden is null ? later : hidden.logical_or(later);
    }

    /// <summary>True for own keys that stand behind the query.</summary>
    private static Tensor Later(Tensor distance, KeyBlock block) =>
        distance.lt(Number(0)).logical_and_(Range(0, block.Positions.Length, device: distance.device).ge(Number(block.OwnFrom)));
}
