using ML.Extensions.Devices;
using static TorchSharp.torch;

namespace ML.Extensions.Encoders;

/// <summary>
/// A BERT encoder's layers as one TorchScript method over packed tokens: weights packed once for oneDNN, activation
/// and residual fused into the products, one call for all layers. float32 on the CPU; equal to <see cref="BertLayer"/> to rounding.
/// </summary>
internal sealed class BertScript : IDisposable
{
    private const int PerLayer = 12;

    private readonly jit.ScriptModule _text;
    private readonly BertConfig _config;
    private readonly Tensor[] _tables; // words, positions, row 0 of the token types, norm, norm's bias; where there is one, the projection and its bias
    private readonly Dictionary<Tensor, Tensor> _packed = new(ReferenceEqualityComparer.Instance); // layers may share weights
    private readonly Tensor[] _layers; // PerLayer a layer; then q, k and v of the last layer: q, its bias, kv, its bias

    /// <summary>Packs the weights; <paramref name="tables"/> stay the caller's.</summary>
    public BertScript(BertConfig config, Tensor[] tables, IReadOnlyList<BertLayer> layers)
    {
        using var scope = NewDisposeScope();
        _config = config;
        _text = TorchScript.Load(Text(config));
        _tables = tables;
        var d = config.Width;
        var (qkv, bias) = (layers[^1].Weights[0], layers[^1].Weights[1]);
        var last = new[] { qkv.narrow(0, 0, d), bias.narrow(0, 0, d), qkv.narrow(0, d, 2 * d), bias.narrow(0, d, 2 * d) };
        _layers = [.. layers.SelectMany(l => l.Weights).Concat(last).Select(Packed)];
    }

    /// <summary>Whether the script can be used.</summary>
    public static bool Supported => TorchScript.HasMklDnn;

    /// <summary>Encodes tokens with ordinary positions and types.</summary>
    /// <param name="ids">[T], int64.</param>
    /// <param name="groups">Sequences and tokens of each group, [G, 2], int64.</param>
    /// <param name="scales">Factors on the logits, [N]; null is 1.</param>
    /// <param name="output">What of the last layer.</param>
    public Tensor Encode(Tensor ids, Tensor groups, Tensor? scales, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        return ((Tensor)_text.invoke("encode", ids, groups, scales ?? empty(0), _tables, _layers, output == EncoderOutput.FirstToken))
            .MoveToOuterDisposeScope();
    }

    /// <summary>Runs the layers over x [T, D].</summary>
    public Tensor Run(Tensor x, Tensor groups, Tensor? scales, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        return ((Tensor)_text.invoke("layers", x, groups, scales ?? empty(0), _layers, output == EncoderOutput.FirstToken))
            .MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _packed.Values)
            tensor.Dispose();
        _text.Dispose();
    }

    private Tensor Packed(Tensor weight)
    {
        if (_packed.TryGetValue(weight, out var packed))
            return packed;
        using var scope = NewDisposeScope();
        return _packed[weight] = (weight.dim() == 2 ? Pack(weight.contiguous()) : weight.clone()).DetachFromDisposeScope();
    }

    /// <summary>
    /// Packs a matrix if its product stays right. Where oneDNN's blocks are wider than what is left of the rows, its product
    /// reads the packed form wrongly (seen: libtorch 2.10 on AMD Zen 5, rows that are no multiple of 64): then it stays as it is.
    /// </summary>
    private Tensor Pack(Tensor weight)
    {
        var packed = (Tensor)_text.invoke("pack", weight);
        var x = arange(4 * weight.shape[1], ScalarType.Float32).cos().view(4, -1);
        var product = (Tensor)_text.invoke("product", x, packed, zeros(weight.shape[0]));
        var expected = nn.functional.linear(x, weight);
        return allclose(product, expected, 1e-3, 1e-3) ? packed : weight;
    }

    private static string Text(BertConfig config)
    {
        var eps = config.Epsilon.ToString("E17", System.Globalization.CultureInfo.InvariantCulture);
        var (activation, algorithm) = config.Activation switch
        {
            "gelu" => ("gelu", "none"),
            "relu" => ("relu", ""),
            "silu" or "swish" => ("swish", ""),
            _ => ("gelu", "tanh"),
        };
        var projection = config.Projected ? "\n    x = torch.linear(x, tables[5], tables[6])" : "";
        static string Linear(string x, int w) => $"""ops.mkldnn._linear_pointwise({x}, w[o + {w}], w[o + {w + 1}], "none", [], "")""";
        static string Added(string x, string rest, int w) => $"""ops.mkldnn._linear_pointwise({x}, {rest}, w[o + {w}], w[o + {w + 1}], "add")""";
        string Norm(string x, int w) => $"torch.layer_norm({x}, [{config.Width}], w[o + {w}], w[o + {w + 1}], {eps})";
        return $"""
            def pack(self, w: Tensor) -> Tensor:
                return ops.mkldnn._reorder_linear_weight(w, None)

            def product(self, x: Tensor, w: Tensor, b: Tensor) -> Tensor:
                return ops.mkldnn._linear_pointwise(x, w, b, "none", [], "")

            def encode(self, ids: Tensor, groups: Tensor, scales: Tensor, tables: List[Tensor], w: List[Tensor], first: bool) -> Tensor:
                x = torch.index_select(tables[0], 0, ids).add_(tables[2])
                shapes: List[List[int]] = groups.tolist()
                start = 0
                for shape in shapes:
                    n, l = shape[0], shape[1]
                    y = torch.narrow(x, 0, start, n * l).view([n, l, {config.EmbeddingWidth}]).add_(torch.narrow(tables[1], 0, {config.FirstPosition}, l))
                    start = start + n * l
                x = torch.layer_norm(x, [{config.EmbeddingWidth}], tables[3], tables[4], {eps}){projection}
                return self.layers(x, groups, scales, w, first)

            def attend(self, q: Tensor, k: Tensor, v: Tensor, scales: Tensor, sequence: int, n: int) -> Tensor:
                if torch.gt(torch.numel(scales), 0):
                    q = torch.mul(q, torch.narrow(scales, 0, sequence, n).view([n, 1, 1, 1]))
                y = torch.scaled_dot_product_attention(q, k, v)
                return torch.transpose(y, 1, 2).reshape([-1, {config.Width}])

            def layers(self, x: Tensor, groups: Tensor, scales: Tensor, w: List[Tensor], first: bool) -> Tensor:
                shapes: List[List[int]] = groups.tolist()
                for i in range({config.Layers}):
                    o = i * {PerLayer}
                    parts: List[Tensor] = []
                    start = 0
                    sequence = 0
                    if first and i == {config.Layers - 1}:
                        firsts: List[Tensor] = []
                        for shape in shapes:
                            n, l = shape[0], shape[1]
                            firsts.append(torch.narrow(x, 0, start, n * l).view([n, l, {config.Width}]).select(1, 0))
                            start = start + n * l
                        last = {config.Layers * PerLayer}
                        kv = ops.mkldnn._linear_pointwise(x, w[last + 2], w[last + 3], "none", [], "")
                        x = torch.cat(firsts)
                        query = ops.mkldnn._linear_pointwise(x, w[last], w[last + 1], "none", [], "")
                        start = 0
                        for shape in shapes:
                            n, l = shape[0], shape[1]
                            q = torch.narrow(query, 0, sequence, n).view([n, 1, {config.Heads}, -1]).transpose(1, 2)
                            p = torch.narrow(kv, 0, start, n * l).view([n, l, 2, {config.Heads}, -1]).permute([2, 0, 3, 1, 4])
                            parts.append(self.attend(q, p[0], p[1], scales, sequence, n))
                            start = start + n * l
                            sequence = sequence + n
                    else:
                        qkv = {Linear("x", 0)}
                        for shape in shapes:
                            n, l = shape[0], shape[1]
                            p = torch.narrow(qkv, 0, start, n * l).view([n, l, 3, {config.Heads}, -1]).permute([2, 0, 3, 1, 4])
                            parts.append(self.attend(p[0], p[1], p[2], scales, sequence, n))
                            start = start + n * l
                            sequence = sequence + n
                    if len(parts) == 1:
                        y = parts[0]
                    else:
                        y = torch.cat(parts)
                    x = {Norm(Added("y", "x", 2), 4)}
                    u = ops.mkldnn._linear_pointwise(x, w[o + 6], w[o + 7], "{activation}", [], "{algorithm}")
                    x = {Norm(Added("u", "x", 8), 10)}
                return x

            """;
    }
}
