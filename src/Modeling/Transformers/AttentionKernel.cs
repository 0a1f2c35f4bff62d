using ML.Extensions.Kernels;
using TorchSharp;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// softmax(cap(q kᵀ / sqrt(d)) + bias) v under the spec's mask. The fused kernel takes what it can whole; masks, biases and
/// soft-capping are made for a block of queries at a time, so that memory is linear in length.
/// </summary>
internal static class AttentionKernel
{
    /// <summary>Logits held at once by a block, all heads together.</summary>
    private const long BlockLogits = 4 << 20;

    /// <summary>Longest sequences whose logits are held whole for a backward pass.</summary>
    private const long LongestProducts = 1_024;

    /// <summary>Attends.</summary>
    /// <param name="q">[n, H, L, d], turned and scaled; query i is the sequence's token S - L + i.</param>
    /// <param name="k">[n, KeyHeads, S, d], turned.</param>
    /// <param name="v">[n, KeyHeads, S, d].</param>
    /// <param name="terms">Mask, biases.</param>
    /// <returns>[n, H, L, d].</returns>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, AttentionTerms terms)
    {
        var (length, keys) = (q.shape[2], k.shape[2]);
        var spec = terms.Spec;
        var whole = spec.SoftCap is null && !terms.HasBias && (spec.Reach is not { } reach || reach >= keys - 1);
        if (whole && (!spec.Causal || length == 1))
            return Unmasked(q, k, v);
        if (whole && length == keys)
            return nn.functional.scaled_dot_product_attention(q, Spread(k, q), Spread(v, q), is_casual: true);
        using var scope = NewDisposeScope();
        var seen = spec.Reach is { } side ? Math.Min(keys, 1 + (3L * side)) : keys;
        var block = Math.Clamp(BlockLogits / (q.shape[0] * q.shape[1] * seen), 16, Math.Max(256, spec.Reach ?? 0));
        var parts = new List<Tensor>();
        for (long from = 0; from < length; from += block)
            parts.Add(Block(q, k, v, terms, from, Math.Min(from + block, length)));
        return (parts.Count == 1 ? parts[0] : cat(parts, 2)).MoveToOuterDisposeScope();
    }

    /// <summary>Every query sees every key: heads that share keys become more queries of one head.</summary>
    private static Tensor Unmasked(Tensor q, Tensor k, Tensor v)
    {
        var (n, heads, length, d) = (q.shape[0], q.shape[1], q.shape[2], q.shape[3]);
        if (q.requires_grad && q.dtype == ScalarType.BFloat16 && q.device.type == DeviceType.CPU && heads == k.shape[1] && length <= LongestProducts)
            return Products(q, k, v);
        var y = nn.functional.scaled_dot_product_attention(heads == k.shape[1] ? q : q.reshape(n, k.shape[1], -1, d), k, v);
        return heads == k.shape[1] ? y : y.view(n, heads, length, d);
    }

    /// <summary>
    /// Two batched products and a softmax. On a CPU the fused kernel's backward pass in bfloat16 takes three to nine times as long as
    /// theirs; in float32, and forward alone, it is the faster.
    /// </summary>
    private static Tensor Products(Tensor q, Tensor k, Tensor v)
    {
        using var scope = NewDisposeScope();
        Tensor Rows(Tensor x) => x.reshape(-1, x.shape[2], x.shape[3]); // [n·H, L, d]
        var logits = bmm(Rows(q.Times(1 / Math.Sqrt(q.shape[3]))), Rows(k).transpose(1, 2));
        return bmm(logits.softmax(-1), Rows(v)).view(q.shape).MoveToOuterDisposeScope();
    }

    /// <summary>Keys or values once for each query head.</summary>
    private static Tensor Spread(Tensor x, Tensor q) // [n, KeyHeads, S, d] to [n, H, S, d]
    {
        var (n, heads, length, d) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        return q.shape[1] == heads ? x : x.unsqueeze(2).expand(n, heads, q.shape[1] / heads, length, d).reshape(n, -1, length, d);
    }

    private static Tensor Block(Tensor q, Tensor k, Tensor v, AttentionTerms terms, long from, long to)
    {
        using var scope = NewDisposeScope();
        var spec = terms.Spec;
        var (keys, shift) = (k.shape[2], k.shape[2] - q.shape[2]);
        var low = spec.Reach is { } back ? Math.Max(0, from + shift - back) : 0;
        var high = spec.Causal ? to + shift : spec.Reach is { } ahead ? Math.Min(keys, to + shift + ahead) : keys;
        var (qb, kb, vb) = (q.narrow(2, from, to - from), Spread(k.narrow(2, low, high - low), q), Spread(v.narrow(2, low, high - low), q));
        var mask = Mask(spec, from + shift, to + shift, low, high, q.device);
        var bias = terms.HasBias ? Bias(terms, from, to, low, high, q) : null;
        if (spec.SoftCap is not { } cap)
        {
            var added = bias is null ? mask : mask is null ? bias : bias.Filled(mask.logical_not(), float.NegativeInfinity);
            return nn.functional.scaled_dot_product_attention(qb, kb, vb, added).MoveToOuterDisposeScope();
        }

        var logits = matmul(qb, kb.transpose(-2, -1)).to(ScalarType.Float32).DivideHeld(Math.Sqrt(q.shape[3]));
        logits = logits.DivideHeld(cap).tanh_().Times(cap); // the tangent is what its gradient needs
        if (bias is not null)
            logits = logits.AddHeld(bias);
        if (mask is not null)
            logits = logits.Filled(mask.logical_not(), float.NegativeInfinity);
        return matmul(logits.softmax(-1).to(v.dtype), vb).MoveToOuterDisposeScope();
    }

    /// <summary>True where key j is seen by token i, [queries, keys]; null where all are.</summary>
    private static Tensor? Mask(AttentionSpec spec, long from, long to, long low, long high, Device device)
    {
        if (spec.Reach is null && !spec.Causal || to - from == 1 && spec.Causal)
            return null; // a single causal query: the stretch of keys is exact
        var distance = Range(from, to, device: device).unsqueeze(1).Minus(Range(low, high, device: device)); // i - j
        if (spec.Reach is not { } reach)
            return distance.ge(Number(0));
        return spec.Causal ? distance.ge(Number(0)).logical_and(distance.le(Number(reach))) : distance.abs().le(Number(reach));
    }

    private static Tensor Bias(AttentionTerms terms, long from, long to, long low, long high, Tensor like) // [n or 1, H, queries, keys]
    {
        var rows = terms.QueryPositions!.narrow(1, from, to - from).unsqueeze(2);
        var columns = terms.KeyPositions!.narrow(1, low, high - low).unsqueeze(1);
        var distance = columns.Minus(rows); // [n or 1, queries, keys]
        return terms.Spec.Positions!.Bias(distance, (int)like.shape[1], terms.Buckets, terms.Spec.Causal).to(like.dtype);
    }
}
