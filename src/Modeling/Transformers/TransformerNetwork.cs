using ML.Extensions.Checkpoints;
using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>The network that a <see cref="TransformerSpec"/> describes, over packed tokens; attention is the caller's choice.</summary>
internal sealed class TransformerNetwork : IDisposable
{
    private readonly TransformerWeights _weights;
    private readonly Device _device;
    private readonly WordTable _words;
    private readonly Tensor? _positions, _tokenTypes;
    private readonly Norm? _embeddingNorm, _finalNorm;
    private readonly Projection? _embeddingProjection, _head;
    private readonly TransformerLayer[] _layers;

    /// <summary>Reads the weights.</summary>
    /// <param name="spec">What to compute.</param>
    /// <param name="file">The weights.</param>
    /// <param name="precision">Number format of the products; not Auto.</param>
    /// <param name="device">Where they run.</param>
    /// <param name="head">Whether the language-model head is wanted.</param>
    /// <param name="lora">Low-rank matrices beside the products; null is none.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or has another shape.</exception>
    public TransformerNetwork(TransformerSpec spec, Weights file, Precision precision, Device device, bool head, LoraBuilder? lora = null)
        : this(spec, new NamedWeights(file, spec.Anchor), precision, device, head ? file : null, null, lora)
    {
    }

    /// <summary>Reads the weights of a network that is trained: matrices in the products' type, tables and norms in float32.</summary>
    /// <param name="spec">What to compute.</param>
    /// <param name="names">The weights.</param>
    /// <param name="precision">Float32 or BFloat16.</param>
    /// <param name="device">Where the products run.</param>
    /// <param name="trains">Told where in the file each tensor comes from, the one that the network keeps, and the file's own float32 numbers; these live during the call alone.</param>
    /// <exception cref="InvalidDataException">A tensor is missing or has another shape.</exception>
    /// <param name="head">Where the language-model head is, if it is wanted.</param>
    /// <param name="lora">Low-rank matrices beside the products; null is none.</param>
    public TransformerNetwork(
        TransformerSpec spec, NamedWeights names, Precision precision, Device device, Action<WeightOrigin, Tensor, Tensor> trains, Weights? head = null,
        LoraBuilder? lora = null)
        : this(spec, names, precision, device, head, trains, lora)
    {
    }

    private TransformerNetwork(
        TransformerSpec spec, NamedWeights names, Precision precision, Device device, Weights? head, Action<WeightOrigin, Tensor, Tensor>? trains, LoraBuilder? lora)
    {
        (Spec, Type, _device) = (spec, precision == Precision.BFloat16 ? ScalarType.BFloat16 : ScalarType.Float32, device);
        _weights = new(names, Type, device, precision) { Packs = head is null, Trains = trains, Lora = lora };
        try
        {
            var e = spec.Embedding;
            _words = _weights.Words(e.OtherWords is { } other && !names.Contains(e.Words) && names.Contains(other) ? other : e.Words, spec.VocabularySize, e.Width);
            _positions = e.Positions is null ? null : _weights.Table(e.Positions, e.PositionRows, e.Width);
            _tokenTypes = e.TokenTypes is null ? null : _weights.Table(e.TokenTypes, e.TokenTypeRows, e.Width);
            _embeddingNorm = _weights.Norm(e.Norm);
            _embeddingProjection = _weights.Projection(e.Projection, adapts: false);
            var made = new Dictionary<LayerSpec, TransformerLayer>(ReferenceEqualityComparer.Instance);
            _layers = new TransformerLayer[spec.Blocks.Count];
            for (var n = 0; n < _layers.Length; n++)
                _layers[n] = new(spec.Blocks[n], n, _weights);
            _finalNorm = _weights.Norm(spec.FinalNorm);
            _head = head is null ? null : Head(spec, head);
        }
        catch
        {
            _weights.Dispose();
            throw;
        }
    }

    /// <summary>What it computes.</summary>
    public TransformerSpec Spec { get; }

    /// <summary>Type of its products and states.</summary>
    public ScalarType Type { get; }

    /// <summary>Number of weights.</summary>
    public long ParameterCount => _weights.ParameterCount;

    /// <summary>Bytes of the weights.</summary>
    public long WeightBytes => _weights.Bytes;

    /// <summary>Prepares a pass; its tensors belong to the current scope.</summary>
    public TransformerPass Begin(PackedTokens batch, int[]? past = null) => new(Spec, batch, _device, Type, past);

    /// <summary>States behind the final norm: [T, D] or [N, D].</summary>
    public Tensor Forward(TransformerPass pass, IAttention attention, EncoderOutput output = EncoderOutput.AllTokens)
    {
        using var scope = NewDisposeScope();
        var x = Embed(pass);
        for (var n = 0; n < _layers.Length; n++)
        {
            var y = Layer(n, x, pass, attention, n == _layers.Length - 1 ? output : EncoderOutput.AllTokens);
            x.Dispose();
            x = y;
        }

        return (_finalNorm is null ? x : _finalNorm.Forward(x)).MoveToOuterDisposeScope();
    }

    /// <summary>Whether <see cref="Step"/> can be called: all parts have kernels for one row.</summary>
    public bool HasSteps => Type == ScalarType.Float32 && _device.type == DeviceType.CPU && _layers.All(l => l.HasRow)
        && _positions is null && _tokenTypes is null && _embeddingNorm is null && _embeddingProjection is null;

    /// <summary>One new token of a sequence whose cache has noted its position; its state behind the final norm, [1, D].</summary>
    public unsafe Tensor Step(int id, KvCache cache, int slot)
    {
        using var step = new TokenStep(Spec, cache, slot);
        var state = empty(1, Spec.Width);
        if ((uint)id >= (uint)Spec.VocabularySize)
            throw new ArgumentOutOfRangeException(nameof(id), id, $"The vocabulary has {Spec.VocabularySize} ids.");
        _words.Row(id, new(step.State, Spec.Width));
        for (var i = 0; i < Spec.Width; i++)
            step.State[i] *= (float)Spec.Embedding.Scale;
        foreach (var layer in _layers)
            layer.Row(step, Spec.Width);
        _finalNorm?.Row(step.State, step.State, Spec.Width);
        new ReadOnlySpan<byte>(step.State, 4 * Spec.Width).CopyTo(state.bytes);
        return state;
    }

    /// <summary>Logits over the vocabulary: states [T, D] to [T, V].</summary>
    /// <exception cref="InvalidOperationException">The network was made without its head.</exception>
    public Tensor Logits(Tensor states)
    {
        using var scope = NewDisposeScope();
        var logits = (_head ?? throw new InvalidOperationException($"The {Spec.Family} network was opened without a head.")).Forward(states);
        if (Spec.Head!.Multiplier != 1)
            logits = logits.MultiplyHeld(Spec.Head.Multiplier);
        if (Spec.Head.SoftCap is { } cap)
            logits = logits.DivideHeld(cap).tanh_().Times(cap); // the tangent is what its gradient needs
        return logits.MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public void Dispose() => _weights.Dispose();

    /// <summary>Whether a training pass keeps only each layer's input and computes the rest again in the backward pass. Source: arXiv 1604.06174.</summary>
    public bool Recomputes { get; init; }

    private Tensor Layer(int n, Tensor x, TransformerPass pass, IAttention attention, EncoderOutput output) => Recomputes && is_grad_enabled()
        ? RecomputedLayer.Forward(x, input => _layers[n].Forward(input, pass, attention, output))
        : _layers[n].Forward(x, pass, attention, output);

    private Tensor Embed(TransformerPass pass)
    {
        using var scope = NewDisposeScope();
        var x = _words.Rows(pass); // [T, E]
        if (Spec.Embedding.Scale != 1)
            x = x.MultiplyHeld(Spec.Embedding.Scale);
        if (_tokenTypes is not null)
            x = pass.Batch.TokenTypes is { } types ? x.AddHeld(pass.Rows(_tokenTypes, types)) : x.AddHeld(_tokenTypes[0]);
        if (_positions is not null)
            x = x.AddHeld(pass.PositionRows(_positions, Spec.Embedding.FirstPosition));
        if (Spec.Embedding.Waves is { } longest)
            x = x.AddHeld(pass.Waves(longest, Spec.Embedding.Width).to(x.dtype));
        x = (_embeddingNorm is null ? x : _embeddingNorm.Forward(x)).to(Type); // a network that is trained has tables in float32
        return (_embeddingProjection is null ? x : _embeddingProjection.Forward(x)).MoveToOuterDisposeScope(); // [T, D]
    }

    private Projection Head(TransformerSpec spec, Weights file)
    {
        if (spec.Head is not { } head)
            throw new NotSupportedException($"{file.Origin}: {spec.Family} has no language-model head; it gives embeddings only.");
        if (head.Tied)
            return _weights.Tied(_words);
        var names = new NamedWeights(file, head.Name + ".weight");
        return names.Contains(head.Name + ".weight")
            ? _weights.Head(names, head.Name, spec.VocabularySize, spec.Width, head.Bias)
            : throw new InvalidDataException(
                $"{file.Origin}: no tensor '{head.Name}.weight', and config.json does not tie the head to the word embedding. The file is an embedding model: it cannot generate.");
    }
}
