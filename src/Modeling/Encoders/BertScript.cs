using ML.Extensions.Attention;
using ML.Extensions.Devices;
using static TorchSharp.torch;

namespace ML.Extensions.Encoders;

/// <summary>
/// A BERT encoder's layers in TorchScript over packed tokens: weights packed once for oneDNN, activation and residual
/// fused into the products. Short batches take one call for all layers; else two calls a layer, with
/// <see cref="PackedAttention"/> between them. Products in float32 or bfloat16, attention in float32, on the CPU; equal to
/// <see cref="BertLayer"/> to rounding.
/// </summary>
internal sealed class BertScript : IDisposable
{
    private const int PerLayer = 12;

    /// <summary>Length from which <see cref="PackedAttention"/> is faster than a call of all layers at once with libtorch's attention.</summary>
    private const int LeastLength = 48;

    private readonly jit.ScriptModule _text;
    private readonly BertConfig _config;
    private readonly PackedHeads _heads;
    private readonly Tensor[] _tables; // words, positions, row 0 of the token types, norm, norm's bias; where there is one, the projection and its bias
    private readonly Dictionary<Tensor, Tensor> _packed = new(ReferenceEqualityComparer.Instance); // layers may share weights
    private readonly Tensor[] _layers; // PerLayer a layer; then q, k and v of the last layer: q, its bias, kv, its bias

    /// <summary>Packs the weights; <paramref name="tables"/> stay the caller's.</summary>
    public BertScript(BertConfig config, Tensor[] tables, IReadOnlyList<BertLayer> layers)
    {
        using var scope = NewDisposeScope();
        _config = config;
        _heads = new(config.Heads, config.Heads, config.Width / config.Heads);
        _tables = tables;
        _text = TorchScript.Load(Text(config));
        var d = config.Width;
        var (qkv, bias) = (layers[^1].Weights[0], layers[^1].Weights[1]);
        var last = new[] { qkv.narrow(0, 0, d), bias.narrow(0, 0, d), qkv.narrow(0, d, 2 * d), bias.narrow(0, d, 2 * d) };
        _layers = [.. layers.SelectMany(l => l.Weights).Concat(last).Select(Packed)];
    }

    /// <summary>Whether the script can be used.</summary>
    public static bool Supported => PackedProducts.Supported;

    /// <summary>Encodes tokens with ordinary positions and types.</summary>
    /// <param name="ids">[T], int64.</param>
    /// <param name="groups">Sequences of equal length.</param>
    /// <param name="scales">Factors on the logits, [N]; null is 1.</param>
    /// <param name="output">What of the last layer.</param>
    public Tensor Encode(Tensor ids, IReadOnlyList<LengthGroup> groups, float[]? scales, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        var shapes = Shapes(groups);
        if (!Serves(groups))
            return ((Tensor)_text.Call("encode", ids, shapes, Scales(scales), _tables, _layers, output == EncoderOutput.FirstToken)).MoveToOuterDisposeScope();
        return Layers((Tensor)_text.Call("embed", ids, shapes, _tables), shapes, groups, scales, output).MoveToOuterDisposeScope();
    }

    /// <summary>Runs the layers over x [T, D].</summary>
    public Tensor Run(Tensor x, IReadOnlyList<LengthGroup> groups, float[]? scales, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        var shapes = Shapes(groups);
        return (Serves(groups)
            ? Layers(x, shapes, groups, scales, output)
            : (Tensor)_text.Call("layers", x, shapes, Scales(scales), _layers, output == EncoderOutput.FirstToken, 0)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in _packed.Values)
            tensor.Dispose();
        _text.Dispose();
    }

    private Tensor Layers(Tensor x, Tensor shapes, IReadOnlyList<LengthGroup> groups, float[]? scales, EncoderOutput output)
    {
        var last = output == EncoderOutput.FirstToken ? _config.Layers - 1 : _config.Layers;
        for (var n = 0; n < last; n++)
        {
            using var scope = NewDisposeScope();
            var qkv = (Tensor)_text.Call("project", x, _layers, n); // [T, 3D]
            var y = PackedAttention.Run(qkv, _heads, groups, 1 / Math.Sqrt(_heads.Width), scales); // [T, D]
            var next = ((Tensor)_text.Call("finish", y, x, _layers, n)).MoveToOuterDisposeScope();
            x.Dispose();
            x = next;
        }

        return last == _config.Layers ? x : (Tensor)_text.Call("layers", x, shapes, Scales(scales), _layers, true, last);
    }

    private bool Serves(IReadOnlyList<LengthGroup> groups) =>
        groups[0].Length >= LeastLength && PackedAttention.Serves(_heads, groups.Sum(g => (long)g.Count * g.Length));

    private static Tensor Shapes(IReadOnlyList<LengthGroup> groups) =>
        tensor([.. groups.SelectMany(g => new long[] { g.Count, g.Length })], groups.Count, 2); // [G, 2]

    private static Tensor Scales(float[]? scales) => scales is null ? empty(0) : tensor(scales);

    private Tensor Packed(Tensor weight)
    {
        if (_packed.TryGetValue(weight, out var packed))
            return packed;
        using var scope = NewDisposeScope();
        return _packed[weight] = (weight.dim() == 2 ? PackedProducts.Pack(weight.contiguous()) : weight.clone()).DetachFromDisposeScope();
    }

    private string Text(BertConfig config)
    {
        var eps = config.Epsilon.ToString("E17", System.Globalization.CultureInfo.InvariantCulture);
        var (activation, algorithm) = PackedProducts.Fused[config.Activation];
        var projection = config.Projected ? "\n    x = torch.linear(x, tables[5], tables[6])" : "";
        var type = _tables[0].dtype == ScalarType.BFloat16 ? 15 : 6; // torch's numbers
        static string Linear(string x, int w) => $"""ops.mkldnn._linear_pointwise({x}, w[o + {w}], w[o + {w + 1}], "none", [], "")""";
        static string Added(string x, string rest, int w) => $"""ops.mkldnn._linear_pointwise({x}, {rest}, w[o + {w}], w[o + {w + 1}], "add")""";
        string Norm(string x, int w) => $"torch.layer_norm({x}, [{config.Width}], w[o + {w}], w[o + {w + 1}], {eps})";
        return $"""
            def embed(self, ids: Tensor, groups: Tensor, tables: List[Tensor]) -> Tensor:
                x = torch.index_select(tables[0], 0, ids).add_(tables[2])
                shapes: List[List[int]] = groups.tolist()
                start = 0
                for shape in shapes:
                    n, l = shape[0], shape[1]
                    y = torch.narrow(x, 0, start, n * l).view([n, l, {config.EmbeddingWidth}]).add_(torch.narrow(tables[1], 0, {config.FirstPosition}, l))
                    start = start + n * l
                x = torch.layer_norm(x, [{config.EmbeddingWidth}], tables[3], tables[4], {eps}){projection}
                return x

            def encode(self, ids: Tensor, groups: Tensor, scales: Tensor, tables: List[Tensor], w: List[Tensor], first: bool) -> Tensor:
                return self.layers(self.embed(ids, groups, tables), groups, scales, w, first, 0)

            def project(self, x: Tensor, w: List[Tensor], i: int) -> Tensor:
                o = i * {PerLayer}
                return torch.to({Linear("x", 0)}, 6)

            def finish(self, attended: Tensor, x: Tensor, w: List[Tensor], i: int) -> Tensor:
                o = i * {PerLayer}
                y = torch.to(attended, {type})
                x = {Norm(Added("y", "x", 2), 4)}
                u = ops.mkldnn._linear_pointwise(x, w[o + 6], w[o + 7], "{activation}", [], "{algorithm}")
                return {Norm(Added("u", "x", 8), 10)}

            def attend(self, q: Tensor, k: Tensor, v: Tensor, scales: Tensor, sequence: int, n: int) -> Tensor:
                if torch.gt(torch.numel(scales), 0):
                    q = torch.mul(q, torch.narrow(scales, 0, sequence, n).view([n, 1, 1, 1]))
                y = torch.scaled_dot_product_attention(q, k, v)
                return torch.transpose(y, 1, 2).reshape([-1, {config.Width}])

            def layers(self, x: Tensor, groups: Tensor, scales: Tensor, w: List[Tensor], first: bool, begin: int) -> Tensor:
                shapes: List[List[int]] = groups.tolist()
                for i in range(begin, {config.Layers}):
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
                        kv = torch.to(ops.mkldnn._linear_pointwise(x, w[last + 2], w[last + 3], "none", [], ""), 6)
                        x = torch.cat(firsts)
                        query = torch.to(ops.mkldnn._linear_pointwise(x, w[last], w[last + 1], "none", [], ""), 6)
                        start = 0
                        for shape in shapes:
                            n, l = shape[0], shape[1]
                            q = torch.narrow(query, 0, sequence, n).view([n, 1, {config.Heads}, -1]).transpose(1, 2)
                            p = torch.narrow(kv, 0, start, n * l).view([n, l, 2, {config.Heads}, -1]).permute([2, 0, 3, 1, 4])
                            parts.append(self.attend(q, p[0], p[1], scales, sequence, n))
                            start = start + n * l
                            sequence = sequence + n
                    else:
                        qkv = self.project(x, w, i)
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
                    x = self.finish(y, x, w, i)
                return x

            """;
    }
}
