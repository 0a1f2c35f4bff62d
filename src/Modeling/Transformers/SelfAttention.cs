using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
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
        if (spec.Positions?.Learned is { } learned)
            _buckets = weights.Table(learned.Name, learned.Rows, spec.Heads);
    }

    /// <summary>Whether <see cref="Row"/> can be called.</summary>
    public bool HasRow => _inputs.HasRow && _output.HasRow && _spec is { SoftCap: null, Causal: true, Positions: null or PositionEncoding.Rotary };

    /// <summary>One new token: x [D] to y [D], float32 on the CPU; its key and value join the cache.</summary>
    public unsafe void Row(TokenStep step, float* x, float* y)
    {
        var (heads, keys, d) = (_spec.Heads, _spec.KeyHeads, _spec.HeadWidth);
        var q = step.Heads(2 * (heads + keys) * d);
        var k = q + (heads * d);
        var mixed = k + (2 * keys * d);
        _inputs.Row(x, q);
        _queryNorm?.Row(q, q, heads * d);
        _keyNorm?.Row(k, k, keys * d);
        if (_spec.Positions is PositionEncoding.Rotary rotary)
            step.Turn(rotary, q, heads + keys, d);
        var held = step.Layer(_layer);
        var (first, values, headStep) = held.AppendRow(keys, d);
        var last = held.Count - 1;
        for (var head = 0; head < keys; head++)
        {
            new ReadOnlySpan<float>(k + (head * d), d).CopyTo(new((float*)first + (head * headStep) + ((long)last * d), d));
            new ReadOnlySpan<float>(k + ((keys + head) * d), d).CopyTo(new((float*)values + (head * headStep) + ((long)last * d), d));
        }

        var from = _spec.Reach is { } reach ? Math.Max(0, last - reach) : 0;
        var work = new RowAttention((float*)first + ((long)from * d), (float*)values + ((long)from * d), headStep, held.Count - from, d, (float)_spec.Scale);
        work.Run(q, heads, heads / keys, mixed);
        _output.Row(mixed, y);
    }

    /// <summary>x [T, D] to the mixed values, before the output product: [T, H·d], or the first tokens' [N, H·d].</summary>
    public Tensor Mix(Tensor x, TransformerPass pass, IAttention method, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        var (heads, keys, d) = (_spec.Heads, _spec.KeyHeads, _spec.HeadWidth);
        var qkv = _inputs.Forward(x); // [T, (H + 2 KeyHeads)·d]
        var parts = qkv.split([heads * d, keys * d, keys * d], 1); // one split: its backward pass is one join
        Tensor Heads(Tensor part, int count, Norm? norm)
        {
            if (norm is null)
                return part.view(-1, count, d); // [T, count, d]
            return norm.Width == d ? norm.Forward(part.view(-1, count, d)) : norm.Forward(part).view(-1, count, d);
        }

        var request = new AttentionRequest(
            _layer, _spec, pass, Heads(parts[0], heads, _queryNorm), Heads(parts[1], keys, _keyNorm), Heads(parts[2], keys, null), _buckets)
        {
            Packed = qkv,
            Output = output,
        };
        return method.Attend(request).MoveToOuterDisposeScope();
    }

    /// <summary>Mixed values [T, H·d] to [T, D].</summary>
    public Tensor Output(Tensor mixed) => _output.Forward(mixed);

    /// <summary>residual + what <see cref="Output"/> gives: [T, D].</summary>
    public Tensor OutputOnto(Tensor mixed, Tensor residual) => _output.ForwardOnto(mixed, residual);
}
