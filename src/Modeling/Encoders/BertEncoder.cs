using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Encoders;

/// <summary>BERT: learned absolute positions, layer norm behind each residual. Source: arXiv 1810.04805.</summary>
internal sealed class BertEncoder : TextEncoder
{
    private readonly BertConfig _config;
    private readonly Device _device;
    private readonly ScalarType _type;
    private readonly Tensor _words, _positions, _tokenTypes, _norm, _normBias;
    private readonly BertLayer[] _layers;
    private readonly BertScript? _script;
    private readonly Tensor? _firstType;

    private BertEncoder(BertConfig config, NamedWeights weights, Precision precision, Device device)
    {
        _config = config;
        _device = device;
        _type = precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32;
        Precision = precision;
        var d = (long)config.Width;
        _words = Place(weights.ReadFloat("embeddings.word_embeddings.weight", config.VocabularySize, d));
        _positions = Place(weights.ReadFloat("embeddings.position_embeddings.weight", config.Window, d));
        _tokenTypes = Place(weights.ReadFloat("embeddings.token_type_embeddings.weight", config.TokenTypes, d));
        _norm = Place(weights.ReadFloat("embeddings.LayerNorm.weight", d));
        _normBias = Place(weights.ReadFloat("embeddings.LayerNorm.bias", d));
        _layers = [.. Enumerable.Range(0, config.Layers).Select(n => new BertLayer(config, weights, n, Place))];
        ParameterCount = Tables.Sum(t => t.numel()) + _layers.Sum(l => l.ParameterCount);
        if (_type == ScalarType.Float32 && device.type == DeviceType.CPU && BertScript.Supported)
        {
            _firstType = _tokenTypes[0].clone().DetachFromDisposeScope();
            _script = new(config, [_words, _positions, _firstType, _norm, _normBias], _layers);
            _layers = []; // their weights end with the scope
        }

        // Until here a failure leaves all weights to the scope of Create.
        foreach (var kept in Tables.Concat(_layers.SelectMany(l => l.Weights)))
            kept.DetachFromDisposeScope();
    }

    /// <inheritdoc/>
    public override EncoderConfig Config => _config;

    /// <inheritdoc/>
    public override PositionKind Positions => PositionKind.Absolute;

    /// <inheritdoc/>
    public override long ParameterCount { get; }

    /// <summary>The precision in use.</summary>
    public override Precision Precision { get; }

    /// <summary>See <see cref="TextEncoders.Create"/>.</summary>
    public static TextEncoder Create(
        JsonElement config, Weights weights, Precision precision, ComputeDevice device, string origin)
    {
        var bert = BertConfig.Read(config, origin);
        var target = device.Resolve();
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var chosen = PrecisionProbe.Choose(precision, target, bert.Width, bert.FeedForwardWidth);
        return new BertEncoder(bert, new(weights, "embeddings.word_embeddings.weight"), chosen, target);
    }

    /// <inheritdoc/>
    public override Tensor Encode(PackedTokens batch, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        if (_device.type != DeviceType.CPU)
            return Forward(batch, output).to(ScalarType.Float32, CPU).MoveToOuterDisposeScope();
        var rows = output == EncoderOutput.FirstToken ? batch.Lengths.Length : batch.Ids.Length;
        var states = empty(rows, _config.Width);
        var (wide, narrow) = BatchSplit.Of(batch.Lengths, TorchThreads.Count);
        foreach (var part in wide)
            TorchThreads.RunWide(() => Fill(states, batch, part, output));
        if (narrow.Count > 0)
            TorchThreads.RunNarrow([.. narrow.Select(part => (Action)(() => Fill(states, batch, part, output)))]);
        return states.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        foreach (var tensor in Tables)
            tensor.Dispose();
        foreach (var layer in _layers)
            layer.Dispose();
        _firstType?.Dispose();
        _script?.Dispose();
        base.Dispose(disposing);
    }

    private void Fill(Tensor states, PackedTokens batch, BatchPart part, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        var (first, count) = output == EncoderOutput.FirstToken ? (part.First, part.Count) : (part.Start, part.Tokens);
        states.narrow(0, first, count).copy_(Forward(batch.Slice(part), output));
    }

    /// <summary>One pass on the calling thread: [T, D] or [N, D].</summary>
    private Tensor Forward(PackedTokens batch, EncoderOutput output)
    {
        using var scope = NewDisposeScope();
        var groups = LengthGroup.Of(batch, _device, _type);
        return (_script is null ? Layers(Embed(batch), batch, groups, output) : Script(_script, batch, groups, output)).MoveToOuterDisposeScope();
    }

    private Tensor Script(BertScript script, PackedTokens batch, List<LengthGroup> groups, EncoderOutput output)
    {
        var shapes = tensor([.. groups.SelectMany(g => new long[] { g.Count, g.Length })], groups.Count, 2); // [G, 2]
        var scales = batch.LogitScales is { } factors && factors.Any(f => f != 1) ? tensor(factors) : null;
        return batch.Positions is null && batch.TokenTypes is null
            ? script.Encode(tensor(Array.ConvertAll(batch.Ids, i => (long)i)), shapes, scales, output)
            : script.Run(Embed(batch), shapes, scales, output);
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

    private Tensor[] Tables => [_words, _positions, _tokenTypes, _norm, _normBias];

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
        x = batch.TokenTypes is { } types ? x.add_(Rows(_tokenTypes, Array.ConvertAll(types, t => (long)t))) : x.add_(_tokenTypes[0]);
        x = x.add_(PositionRows(batch, Rows));
        return nn.functional.layer_norm(x, [_config.Width], _norm, _normBias, _config.Epsilon).MoveToOuterDisposeScope();
    }

    private Tensor PositionRows(PackedTokens batch, Func<Tensor, long[], Tensor> rows)
    {
        if (batch.Positions is not { } positions)
            return rows(_positions, [.. batch.Lengths.SelectMany(l => Enumerable.Range(0, l).Select(p => (long)p))]);
        var low = Array.ConvertAll(positions, p => (long)p);
        var below = rows(_positions, low);
        var fractions = positions.Zip(low, (p, l) => p - l).ToArray();
        if (fractions.All(f => f == 0))
            return below;
        var above = rows(_positions, Array.ConvertAll(low, p => Math.Min(p + 1, _config.Window - 1)));
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
