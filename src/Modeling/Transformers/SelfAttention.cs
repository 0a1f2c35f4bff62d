using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A layer's attention with its weights.</summary>
internal sealed class SelfAttention
{
    private readonly AttentionSpec _spec;
    private readonly int _layer;
    private readonly Projection _inputs, _output;
    private readonly Norm? _queryNorm, _keyNorm;
    private readonly Tensor? _buckets;

    /// <summary>Reads layer <paramref name="layer"/>'s attention.</summary>
    public SelfAttention(AttentionSpec spec, int layer, TransformerWeights weights)
    {
        (_spec, _layer) = (spec, layer);
        _inputs = weights.Projection(spec.Inputs)!;
        _output = weights.Projection(spec.Output)!;
        _queryNorm = weights.Norm(spec.QueryNorm);
        _keyNorm = weights.Norm(spec.KeyNorm);
        if (spec.Positions is PositionEncoding.Buckets buckets)
            _buckets = weights.Table(buckets.Name, buckets.Count, spec.Heads);
    }

    /// <summary>x [T, D] to the mixed values, before the output product: [T, H·d].</summary>
    public Tensor Mix(Tensor x, TransformerPass pass, IAttention method)
    {
        using var scope = NewDisposeScope();
        var (heads, keys, d) = (_spec.Heads, _spec.KeyHeads, _spec.HeadWidth);
        var qkv = _inputs.Forward(x); // [T, (H + 2 KeyHeads)·d]
        Tensor Heads(int first, int count, Norm? norm)
        {
            var part = qkv.narrow(1, (long)first * d, (long)count * d);
            if (norm is null)
                return part.view(-1, count, d); // [T, count, d]
            return norm.Width == d ? norm.Forward(part.view(-1, count, d)) : norm.Forward(part).view(-1, count, d);
        }

        var request = new AttentionRequest(
            _layer, _spec, pass, Heads(0, heads, _queryNorm), Heads(heads, keys, _keyNorm), Heads(heads + keys, keys, null), _buckets);
        return method.Attend(request).MoveToOuterDisposeScope();
    }

    /// <summary>Mixed values [T, H·d] to [T, D].</summary>
    public Tensor Output(Tensor mixed) => _output.Forward(mixed);
}
