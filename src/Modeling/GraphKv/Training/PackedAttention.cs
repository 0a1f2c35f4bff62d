using ML.Extensions.Kernels;
using ML.Extensions.Positions;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Attention of packed examples under a dense mask, for training: examples are short, and a mask is made once for all layers. Layers
/// may be soft-capped, reach so far only, or have linear biases.
/// </summary>
internal sealed class PackedAttention : IAttention
{
    private readonly IReadOnlyList<PackedAnswer> _samples;
    private readonly ScalarType _type;
    private readonly List<(int First, int Count, long Token, long Moved)> _groups = [];
    private readonly Dictionary<(int Group, int? Reach, int BiasedHeads), Tensor> _masks = [];
    private readonly Tensor? _movedTokens;
    private readonly Dictionary<PositionEncoding.Rotary, RotaryTable> _tables = [];

    /// <summary>Prepares the examples of a pass; the tensors belong to the current scope.</summary>
    /// <param name="spec">The network.</param>
    /// <param name="samples">In the pass's order. Those of one shape that stand together are computed together.</param>
    /// <param name="type">Type of the products.</param>
    public PackedAttention(TransformerSpec spec, IReadOnlyList<PackedAnswer> samples, ScalarType type)
    {
        (_samples, _type) = (samples, type);
        long token = 0, moved = 0;
        var moves = new List<long>();
        foreach (var sample in samples)
        {
            moves.AddRange(sample.MovedTokens.Select(t => token + t));
            token += sample.Length;
        }

        token = 0;
        for (var first = 0; first < samples.Count;)
        {
            var end = first + 1;
            while (end < samples.Count && samples[end].Length == samples[first].Length && samples[end].Keys == samples[first].Keys)
                end++;
            _groups.Add((first, end - first, token, moved));
            token += (long)(end - first) * samples[first].Length;
            moved += (long)(end - first) * samples[first].MovedTokens.Length;
            first = end;
        }

        _movedTokens = moves.Count == 0 ? null : tensor(moves.ToArray());
        float[] places = [.. samples.SelectMany(s => s.MovedPositions)];
        foreach (var layer in spec.Blocks.Select(b => b.Attention))
        {
            for (var g = 0; g < _groups.Count; g++)
                if (!_masks.ContainsKey(Form(g, layer)))
                    _masks.Add(Form(g, layer), Mask(g, layer));
            if (places.Length > 0 && layer.Positions is PositionEncoding.Rotary rotary && !_tables.ContainsKey(rotary))
                _tables.Add(rotary, rotary.Table(places, 1, CPU, type));
        }
    }

    /// <inheritdoc/>
    public Tensor Attend(AttentionRequest request)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (request.TurnedQuery(), request.Turn(request.Key), request.Value);
        var (movedKey, movedValue) = _movedTokens is null ? (null, null)
            : (Moved(request.Spec, request.Key.index_select(0, _movedTokens)), value.index_select(0, _movedTokens));
        var parts = new List<Tensor>();
        for (var g = 0; g < _groups.Count; g++)
        {
            var (first, count, token, moved) = _groups[g];
            var (length, extra) = (_samples[first].Length, _samples[first].MovedTokens.Length);
            Tensor Heads(Tensor x, long from, int rows) => x.narrow(0, from, (long)count * rows).view(count, rows, x.shape[1], x.shape[2]).transpose(1, 2);
            Tensor Both(Tensor own, Tensor? others) => extra == 0 ? Heads(own, token, length) : cat([Heads(own, token, length), Heads(others!, moved, extra)], 2);
            var y = Attend(request.Spec, Heads(query, token, length), Both(key, movedKey), Both(value, movedValue), _masks[Form(g, request.Spec)]); // [n, H, T, d]
            parts.Add(y.transpose(1, 2).reshape((long)count * length, -1));
        }

        return (parts.Count == 1 ? parts[0] : cat(parts)).MoveToOuterDisposeScope();
    }

    /// <summary>Keys [X, KeyHeads, d] turned to the places where they are seen beside their own.</summary>
    private Tensor Moved(AttentionSpec spec, Tensor keys) =>
        spec.Positions is PositionEncoding.Rotary rotary ? _tables[rotary].Apply(keys, rotary.Interleaved) : keys;

    private static (int Group, int? Reach, int BiasedHeads) Form(int group, AttentionSpec spec) =>
        (group, spec.Reach, spec.Positions is PositionEncoding.Linear ? spec.Heads : 0);

    private static Tensor Attend(AttentionSpec spec, Tensor q, Tensor k, Tensor v, Tensor mask)
    {
        if (q.shape[1] != k.shape[1])
            (k, v) = (Spread(k, q.shape[1]), Spread(v, q.shape[1]));
        if (spec.SoftCap is null && q.dtype == ScalarType.Float32)
            return nn.functional.scaled_dot_product_attention(q, k, v, mask);
        var logits = matmul(q.Times(1 / Math.Sqrt(q.shape[3])), k.transpose(-2, -1));
        if (spec.SoftCap is { } cap)
            logits = logits.Times(1 / cap).tanh().Times(cap);
        return matmul(logits.Plus(mask).softmax(-1), v);
    }

    private static Tensor Spread(Tensor x, long heads) // [n, KeyHeads, S, d] to [n, H, S, d]
    {
        var (n, own, length, d) = (x.shape[0], x.shape[1], x.shape[2], x.shape[3]);
        return x.unsqueeze(2).expand(n, own, heads / own, length, d).reshape(n, heads, length, d);
    }

    /// <summary>Zeros, biases and minus infinities of a group, [n, 1 or H, T, K]; layers share it.</summary>
    private Tensor Mask(int group, AttentionSpec spec)
    {
        using var scope = NewDisposeScope();
        var (first, count, _, _) = _groups[group];
        var (length, keys) = (_samples[first].Length, _samples[first].Keys);
        var values = new float[(long)count * length * keys];
        for (var i = 0; i < count; i++)
            _samples[first + i].WriteMask(values.AsSpan(i * length * keys, length * keys), spec.Reach);
        var mask = tensor(values, [count, 1, length, keys]);
        if (spec.Positions is PositionEncoding.Linear)
        {
            var rows = tensor((float[])[.. _samples.Skip(first).Take(count).SelectMany(s => s.Positions)], [count, length, 1]);
            var columns = tensor((float[])[.. _samples.Skip(first).Take(count).SelectMany(s => Enumerable.Range(0, keys).Select(s.KeyPosition))], [count, 1, keys]);
            mask = mask.Plus(Alibi.Bias(columns.Minus(rows), spec.Heads));
        }

        return mask.to(_type).MoveToOuterDisposeScope();
    }
}
