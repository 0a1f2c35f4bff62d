using ML.Extensions.Kernels;
using ML.Extensions.Transformers;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// CacheBlend: the first layer computes all tokens anew, the second finds the tokens whose values differ most from the
/// cached ones, and from there on only these and the question go through the network; the others' cached keys and values
/// stay. A kept row sees keys up to its own place, wherever the other kept ones are. Source: arXiv 2405.16444.
/// </summary>
/// <param name="context">The entries in order, with what is cached.</param>
/// <param name="suffix">Tokens of the question.</param>
/// <param name="part">r, part of the context's tokens that is computed anew.</param>
/// <param name="target">Takes all layers' keys, turned, and values.</param>
internal sealed class BlendAttention(ContextSequence context, int suffix, double part, KvCache target) : IAttention, IDisposable
{
    private Tensor? _kept;
    private int[] _rows = [];

    /// <inheritdoc/>
    public Tensor? Kept(int layer) => layer == 1 ? _kept : null;

    /// <inheritdoc/>
    public Tensor Attend(AttentionRequest request)
    {
        using var scope = NewDisposeScope();
        var positions = request.Pass.Positions.ToArray();
        int[] places = [.. positions.Select(p => (int)p)];
        Tensor query, key;
        if (request.Layer <= 1)
            (query, key) = (request.TurnedQuery().transpose(0, 1), request.Turn(request.Key).transpose(0, 1));
        else
            (query, key) = (Turned(request, request.Query, positions).Times(request.Spec.Scale * Math.Sqrt(request.Spec.HeadWidth)), Turned(request, request.Key, positions));
        var value = request.Value.transpose(0, 1);
        if (request.Layer == 1)
        {
            Choose(value);
            query = query.index_select(1, _kept!);
        }
        else if (request.Layer > 1 && context.Cached(request.Layer) is { } cached)
        {
            (key, value) = (Fresh(cached.Keys, key), Fresh(cached.Values, value));
        }

        target.Layer(0, request.Layer).Append(key, value);
        int[] rows = request.Layer == 0 ? places : [.. _rows.Select(r => places[r])];
        return BlockSoftmax.Attend(query, rows, new(key, value, places, 0), request.Spec).Output
            .transpose(0, 1).reshape(rows.Length, -1).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _kept?.Dispose();

    /// <summary>floor(r · n) tokens of the context, those whose values changed most, and the whole question.</summary>
    private void Choose(Tensor values) // [KeyHeads, T, d]
    {
        var (count, device) = (context.Count, values.device);
        var kept = new List<long>();
        if (context.Cached(1) is { } cached)
        {
            var change = (values.narrow(1, 0, count) - cached.Values).to(ScalarType.Float32).pow(Number(2)).sum([0, 2]); // [n]
            var (_, most) = change.topk((int)(part * count));
            kept.AddRange(most.to(CPU).data<long>().ToArray().Order());
        }

        kept.AddRange(Enumerable.Range(count, suffix).Select(n => (long)n));
        _rows = [.. kept.Select(k => (int)k)];
        _kept = tensor(kept.ToArray(), device: device).DetachFromDisposeScope();
    }

    /// <summary>Cached rows, the question's behind, and over them the kept ones: [KeyHeads, T, d].</summary>
    private Tensor Fresh(Tensor cached, Tensor fresh)
    {
        var all = cat([cached, fresh.narrow(1, fresh.shape[1] - suffix, suffix)], 1);
        return all.index_copy_(1, _kept!, fresh);
    }

    /// <summary>Heads [T', heads, d] of the kept rows, turned by their places: [heads, T', d].</summary>
    private Tensor Turned(AttentionRequest request, Tensor x, float[] positions)
    {
        var heads = x.transpose(0, 1);
        return request.Spec.Positions is not PositionEncoding.Rotary rotary ? heads
            : rotary.Table([.. _rows.Select(r => positions[r])], 1, x.device, x.dtype).ApplyHeads(heads, rotary.Interleaved);
    }
}
