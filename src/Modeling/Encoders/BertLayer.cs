using ML.Extensions.Checkpoints;
using ML.Extensions.Kernels;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Encoders;

/// <summary>
/// One layer of a BERT encoder over packed tokens x [T, D]: self-attention within each sequence, feed-forward, each with
/// a residual and a layer norm behind it. Source: Devlin et al., arXiv 1810.04805; Vaswani et al., arXiv 1706.03762.
/// </summary>
internal sealed class BertLayer : IDisposable
{
    private readonly BertConfig _config;
    private readonly Tensor _qkv, _qkvBias, _out, _outBias, _attentionNorm, _attentionNormBias;
    private readonly Tensor _up, _upBias, _down, _downBias, _norm, _normBias;

    /// <summary>Reads layer <paramref name="n"/>, with q, k and v in one matrix [3D, D].</summary>
    public BertLayer(BertConfig config, NamedWeights weights, int n, Func<Tensor, Tensor> place)
    {
        _config = config;
        var (d, f) = ((long)config.Width, (long)config.FeedForwardWidth);
        Tensor Read(string name, params long[] shape) => place(weights.ReadFloat($"encoder.layer.{n}.{name}", shape));
        Tensor Joined(string part, params long[] shape)
        {
            using var scope = NewDisposeScope();
            string[] names = ["query", "key", "value"];
            return place(cat([.. names.Select(p => weights.ReadFloat($"encoder.layer.{n}.attention.self.{p}.{part}", shape))])).MoveToOuterDisposeScope();
        }

        _qkv = Joined("weight", d, d);
        _qkvBias = Joined("bias", d);
        _out = Read("attention.output.dense.weight", d, d);
        _outBias = Read("attention.output.dense.bias", d);
        _attentionNorm = Read("attention.output.LayerNorm.weight", d);
        _attentionNormBias = Read("attention.output.LayerNorm.bias", d);
        _up = Read("intermediate.dense.weight", f, d);
        _upBias = Read("intermediate.dense.bias", f);
        _down = Read("output.dense.weight", d, f);
        _downBias = Read("output.dense.bias", d);
        _norm = Read("output.LayerNorm.weight", d);
        _normBias = Read("output.LayerNorm.bias", d);
    }

    /// <summary>Number of weights.</summary>
    public long ParameterCount => Weights.Sum(t => t.numel());

    /// <summary>Weight and bias of q, k, v; of the attention's output, its norm; of both feed-forward products, their norm.</summary>
    public IReadOnlyList<Tensor> Weights =>
        [_qkv, _qkvBias, _out, _outBias, _attentionNorm, _attentionNormBias, _up, _upBias, _down, _downBias, _norm, _normBias];

    /// <summary>All tokens: x [T, D] to [T, D].</summary>
    public Tensor Forward(Tensor x, IReadOnlyList<LengthGroup> groups)
    {
        using var scope = NewDisposeScope();
        var qkv = nn.functional.linear(x, _qkv, _qkvBias); // [T, 3D]
        var parts = groups.Select(g => Attend(g.Heads(qkv, 0, _config), g.Heads(qkv, 1, _config), g.Heads(qkv, 2, _config), g)).ToArray();
        var y = parts.Length == 1 ? parts[0] : cat(parts); // [T, D]
        return FeedForward(x, y).MoveToOuterDisposeScope();
    }

    /// <summary>First tokens only: x [T, D] to [N, D]. Keys and values come from all tokens.</summary>
    public Tensor ForwardFirst(Tensor x, Tensor firsts, IReadOnlyList<LengthGroup> groups)
    {
        using var scope = NewDisposeScope();
        var d = _config.Width;
        var kv = nn.functional.linear(x, _qkv.narrow(0, d, 2 * d), _qkvBias.narrow(0, d, 2 * d)); // [T, 2D]
        var first = x.index_select(0, firsts); // [N, D]
        var q = nn.functional.linear(first, _qkv.narrow(0, 0, d), _qkvBias.narrow(0, 0, d)); // [N, D]
        var parts = groups.Select(g => Attend(g.FirstHeads(q, _config), g.Heads(kv, 0, _config), g.Heads(kv, 1, _config), g)).ToArray();
        var y = parts.Length == 1 ? parts[0] : cat(parts); // [N, D]
        return FeedForward(first, y).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in Weights)
            tensor.Dispose();
    }

    private Tensor Attend(Tensor q, Tensor k, Tensor v, LengthGroup group) // q [n, H, L or 1, d]; k, v [n, H, L, d]
    {
        if (group.Scales is { } scales)
            q = q * scales;
        var y = nn.functional.scaled_dot_product_attention(q, k, v);
        return y.transpose(1, 2).reshape(-1, _config.Width); // [n·L, D]
    }

    private Tensor FeedForward(Tensor x, Tensor attended)
    {
        x = Norm(nn.functional.linear(attended, _out, _outBias).AddHeld(x), _attentionNorm, _attentionNormBias);
        var up = nn.functional.linear(x, _up, _upBias); // [T, F]
        var active = _config.Activation switch
        {
            "gelu" => nn.functional.gelu(up),
            "relu" => nn.functional.relu(up),
            "silu" or "swish" => nn.functional.silu(up),
            _ => TanhGelu(up),
        };
        return Norm(nn.functional.linear(active, _down, _downBias).AddHeld(x), _norm, _normBias);
    }

    private static Tensor TanhGelu(Tensor x) => // 0.5 x (1 + tanh(sqrt(2/pi) (x + 0.044715 x^3)))
        x.Times(0.5) * tanh(x.Plus(x.pow(Number(3)).Times(0.044715)).Times(Math.Sqrt(2 / Math.PI))).Plus(1);

    private Tensor Norm(Tensor x, Tensor weight, Tensor bias) =>
        nn.functional.layer_norm(x, [_config.Width], weight, bias, _config.Epsilon);
}
