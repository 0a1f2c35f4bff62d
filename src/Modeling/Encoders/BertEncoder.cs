using System.Runtime.InteropServices;
using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Encoders;

/// <summary>
/// BERT and the families of its shape: learned absolute positions, layer norm behind each residual. Source: arXiv 1810.04805.
/// </summary>
internal sealed class BertEncoder : TextEncoder
{
    /// <summary>A tensor that every file of these families has.</summary>
    public const string Anchor = "embeddings.word_embeddings.weight";

    /// <summary>Name of the product between tables and layers.</summary>
    public const string Projection = "embeddings_project";

    private const string Layer = "encoder.layer.";

    private readonly BertConfig _config;
    private readonly Device _device;
    private readonly ScalarType _type;
    private readonly Tensor _words, _positions, _tokenTypes, _norm, _normBias;
    private readonly Tensor? _projection, _projectionBias;
    private readonly BertLayer[] _layers;
    private readonly BertScript? _script;
    private readonly Int8Bert? _int8;
    private readonly Tensor? _firstType;

    private BertEncoder(BertConfig config, NamedWeights weights, Precision precision, Device device)
    {
        _config = config;
        _device = device;
        _type = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        Precision = precision;
        var e = (long)config.EmbeddingWidth;
        _words = Place(weights.ReadFloat(Anchor, config.VocabularySize, e));
        _positions = Place(weights.ReadFloat("embeddings.position_embeddings.weight", config.FirstPosition + config.Window, e));
        _tokenTypes = Place(config.TokenTypes > 0 ? weights.ReadFloat("embeddings.token_type_embeddings.weight", config.TokenTypes, e) : zeros(1, e));
        _norm = Place(weights.ReadFloat("embeddings.LayerNorm.weight", e));
        _normBias = Place(weights.ReadFloat("embeddings.LayerNorm.bias", e));
        _projection = config.Projected ? Place(weights.ReadFloat(Projection + ".weight", config.Width, e)) : null;
        _projectionBias = config.Projected ? Place(weights.ReadFloat(Projection + ".bias", config.Width)) : null;
        var stored = config.StoredLayers ?? [.. Enumerable.Range(0, config.Layers)];
        var layers = stored.Distinct().ToDictionary(n => n, n => new BertLayer(config, weights, n, Place));
        _layers = [.. stored.Select(n => layers[n])];
        ParameterCount = Tables.Sum(t => t.numel()) - (config.TokenTypes > 0 ? 0 : e) + layers.Values.Sum(l => l.ParameterCount);
        if (precision == Precision.Int8)
        {
            _int8 = new(config, _layers);
            _layers = [];
        }
        else if (device.type == DeviceType.CPU && BertScript.Supported)
        {
            _firstType = _tokenTypes[0].clone().DetachFromDisposeScope();
            _script = new(config, [_words, _positions, _firstType, _norm, _normBias, .. Tables.Skip(5)], _layers);
            _layers = []; // their weights end with the scope
        }

        // Until here a failure leaves all weights to the scope of Create.
        foreach (var kept in Tables.Concat(_layers.Distinct().SelectMany(l => l.Weights)))
            kept.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override EncoderConfig Config => _config;

    /// <inheritdoc/>
    public override PositionKind Positions => PositionKind.Absolute;

    /// <inheritdoc/>
    public override int PositionStride => _config.PositionStride;

    /// <inheritdoc/>
    public override long ParameterCount { get; }

    /// <summary>The precision in use.</summary>
    public override Precision Precision { get; }

    /// <summary>See <see cref="TextEncoders.Create"/>.</summary>
    public static TextEncoder Create(JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin) =>
        Create(BertConfig.Read(new(config, origin), "bert"), new(weights, Anchor), precision, device);

    /// <summary>A network of BERT's shape.</summary>
    /// <param name="config">Its sizes.</param>
    /// <param name="weights">Tensors under BERT's names, whatever the file calls them.</param>
    /// <param name="precision">Precision of the products.</param>
    /// <param name="device">Where it runs.</param>
    public static TextEncoder Create(BertConfig config, NamedWeights weights, Precision precision, ComputeDevice device)
    {
        if (precision == Precision.Int8Weights)
            throw new NotSupportedException("Precision.Int8Weights is for networks beyond BERT's kin. BERT's have Precision.Int8, whose weights are bytes too.");
        var target = device.Resolve();
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        return new BertEncoder(config, weights, PrecisionProbe.Choose(precision, target, config.Width, config.FeedForwardWidth), target);
    }

    /// <summary>BERT's name of a layer's tensor as another family spells it: its start of layer names, and its word for each part.</summary>
    public static string Respell(string name, string layers, IReadOnlyDictionary<string, string> parts)
    {
        if (!name.StartsWith(Layer, StringComparison.Ordinal))
            return name;
        var part = name.IndexOf('.', Layer.Length) + 1;
        var kind = name.LastIndexOf('.');
        return $"{layers}{name[Layer.Length..part]}{parts[name[part..kind]]}{name[kind..]}";
    }

    /// <inheritdoc/>
    public override Tensor Encode(PackedTokens batch, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        if (_config.FirstPosition > 0)
            batch = batch.PassOver(_config.FirstPosition - 1);
        batch = batch.Spread(_config.PositionStride, _config.Window / _config.PositionStride);
        if (_device.type != DeviceType.CPU)
            return Forward(batch, output).to(ScalarType.Float32, CPU).MoveToOuterDisposeScope();
        var rows = output == EncoderOutput.FirstToken ? batch.Lengths.Length : batch.Ids.Length;
        var states = empty(rows, _config.Width);
        var (wide, narrow) = BatchSplit.Of(batch.Lengths, TorchThreads.Count);
        foreach (var part in wide)
            TorchThreads.RunWide(() => Fill(states, batch, part, output, TorchThreads.Count));
        if (narrow.Count > 0)
            TorchThreads.RunNarrow([.. narrow.Select(part => (Action)(() => Fill(states, batch, part, output, 1)))]);
        return states.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var tensor in Tables)
            tensor.Dispose();
        foreach (var layer in _layers.Distinct())
            layer.Dispose();
        _firstType?.Dispose();
        _script?.Dispose();
        _int8?.Dispose();
        base.Dispose(disposing);
    }

    private void Fill(Tensor states, PackedTokens batch, BatchPart part, EncoderOutput output, int workers)
    {
        using var scope = NewDisposeScope();
        var (first, count) = output == EncoderOutput.FirstToken ? (part.First, part.Count) : (part.Start, part.Tokens);
        states.narrow(0, first, count).copy_(_int8 is null ? Forward(batch.Slice(part), output) : Quantized(_int8, batch.Slice(part), output, workers));
    }

    /// <summary>One pass on the calling thread: [T, D] or [N, D].</summary>
    private Tensor Forward(PackedTokens batch, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        var groups = LengthGroup.Of(batch, _device, _type);
        return (_script is null ? Layers(Embed(batch), batch, groups, output) : Script(_script, batch, groups, output)).MoveToOuterDisposeScope();
    }

    private Tensor Quantized(Int8Bert layers, PackedTokens batch, EncoderOutput output, int workers)
    {
        var x = Embed(batch); // [T, D]
        var rows = layers.Run(MemoryMarshal.Cast<byte, float>(x.bytes), batch.Lengths, batch.LogitScales, output, workers).Length / _config.Width;
        return x.narrow(0, 0, rows);
    }

    private Tensor Script(BertScript script, PackedTokens batch, List<LengthGroup> groups, EncoderOutput output)
    {
        var scales = batch.LogitScales is { } factors && factors.Any(f => f != 1) ? factors : null;
        return batch.Positions is null && batch.TokenTypes is null
            ? script.Encode(tensor(Array.ConvertAll(batch.Ids, i => (long)i)), groups, scales, output)
            : script.Run(Embed(batch), groups, scales, output);
    }

    private Tensor Layers(Tensor x, PackedTokens batch, List<LengthGroup> groups, EncoderOutput output) // x [T, D]
    {
        var last = _layers.Length - 1;
        for (var n = 0; n < _layers.Length; n++)
        {
            var y = n == last && output == EncoderOutput.FirstToken
                ? _layers[n].ForwardFirst(x, Firsts(batch.Lengths), groups)
                : _layers[n].Forward(x, groups);
            x.Dispose();
            x = y;
        }

        return x;
    }

    private Tensor[] Tables => _projection is null
        ? [_words, _positions, _tokenTypes, _norm, _normBias]
        : [_words, _positions, _tokenTypes, _norm, _normBias, _projection, _projectionBias!];

    private Tensor Place(Tensor stored)
    {
        var placed = stored.to(_type, _device);
        if (!ReferenceEquals(placed, stored))
            stored.Dispose();
        return placed;
    }

    private Tensor Embed(PackedTokens batch)
    {
        using var scope = NewDisposeScope();
        Tensor Rows(Tensor table, long[] rows) => table.index_select(0, tensor(rows, device: _device)); // [T, D]
        var x = Rows(_words, Array.ConvertAll(batch.Ids, i => (long)i));
        x = batch.TokenTypes is { } types ? x.AddHeld(Rows(_tokenTypes, Array.ConvertAll(types, t => (long)t))) : x.AddHeld(_tokenTypes[0]);
        x = x.AddHeld(PositionRows(batch, Rows));
        x = nn.functional.layer_norm(x, [_config.EmbeddingWidth], _norm, _normBias, _config.Epsilon);
        return (_projection is null ? x : nn.functional.linear(x, _projection, _projectionBias)).MoveToOuterDisposeScope();
    }

    private Tensor PositionRows(PackedTokens batch, Func<Tensor, long[], Tensor> rows)
    {
        var first = _config.FirstPosition;
        if (batch.Positions is not { } positions)
            return rows(_positions, [.. batch.Lengths.SelectMany(l => Enumerable.Range(first, l).Select(p => (long)p))]);
        var low = Array.ConvertAll(positions, p => (long)Math.Floor(p) + first);
        var below = rows(_positions, low);
        var fractions = Array.ConvertAll(positions, p => p - MathF.Floor(p));
        if (fractions.All(f => f == 0))
            return below;
        var above = rows(_positions, Array.ConvertAll(low, p => Math.Min(p + 1, first + _config.Window - 1)));
        return lerp(below, above, tensor(fractions).to(_type, _device).unsqueeze(1)); // E(p) + r (E(p+1) - E(p))
    }

    private Tensor Firsts(int[] lengths)
    {
        var firsts = new long[lengths.Length];
        for (var i = 1; i < firsts.Length; i++)
            firsts[i] = firsts[i - 1] + lengths[i - 1];
        return tensor(firsts, device: _device);
    }
}
