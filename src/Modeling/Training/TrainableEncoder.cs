using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Tokenization;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// An embedding model whose weights are trained: the network of a <see cref="TransformerSpec"/> with gradients, and what stands
/// around it in the model's folder. For one thread at a time.
/// </summary>
internal sealed class TrainableEncoder : IDisposable
{
    private readonly TransformerNetwork _network;
    private readonly List<TrainedParameter> _parameters = [];
    private readonly EmbeddingCheckpoint _checkpoint;
    private readonly EmbeddingModel? _source;
    private readonly JsonElement _config;
    private readonly int? _window;
    private readonly bool _repooled;
    private readonly TrainedAdapter? _adapter;
    private MaskedHead? _maskedHead;

    private TrainableEncoder(TrainingStart start, TransformerSpec spec, Precision precision, Device device, TrainableEncoderSettings settings)
    {
        (_source, _checkpoint, _config, _window, Device, Precision) = (start.Source, start.Checkpoint, start.Config, start.Window, device, precision);
        _repooled = settings.Pooling is not null;
        void Train(WeightOrigin origin, Tensor tensor, Tensor read) => _parameters.Add(new(origin, tensor, read));
        using var adapter = settings.Lora is { } lora ? new TrainedAdapter(lora, settings.Adapter, Train) : null;
        _network = new(spec, start.Names(spec.Anchor), precision, device, adapter is null ? Train : (_, _, _) => { }, null, adapter?.Builder) { Recomputes = settings.RecomputeLayers };
        try
        {
            adapter?.Check(spec);
            _adapter = adapter;
            Freeze(_ => false);
        }
        catch
        {
            _parameters.ForEach(p => p.Dispose());
            _network.Dispose();
            throw;
        }
    }

    /// <summary>Sizes of the network.</summary>
    public TransformerSpec Spec => _network.Spec;

    /// <summary>Format of the products.</summary>
    public Precision Precision { get; }

    /// <summary>Where the network runs.</summary>
    public Device Device { get; }

    /// <summary>All weights, trained or not.</summary>
    public IReadOnlyList<TrainedParameter> Parameters => _parameters;

    /// <summary>Number of weights, trained or not, without low-rank matrices.</summary>
    public long WeightCount => _network.ParameterCount;

    /// <summary>SHA-256 over the files of the model that training began with.</summary>
    public string ContentHash => _checkpoint.ContentHash;

    /// <summary>Turns texts into ids.</summary>
    public TextTokenizer Tokenizer => _checkpoint.Tokenizer;

    /// <summary>How token states become a vector.</summary>
    public IReadOnlyList<PoolingMode> Pooling => _checkpoint.Pooling;

    /// <summary>Prompts by name.</summary>
    public IReadOnlyDictionary<string, string> Prompts => _checkpoint.Prompts;

    /// <summary>Name of the prompt where none is asked for; null is none.</summary>
    public string? DefaultPromptName => _checkpoint.DefaultPromptName;

    /// <summary>Whether a prompt's tokens are pooled, too.</summary>
    public bool PoolsPrompt => _checkpoint.IncludePrompt;

    /// <summary>Whether low-rank matrices are trained, and not the weights.</summary>
    public bool HasAdapter => _adapter is not null;

    /// <summary>Most tokens of a text, special ones included.</summary>
    public int Window => Math.Min(_window ?? _checkpoint.MaxSequenceLength, Spec.Window);

    /// <summary>The window of the model that training began with.</summary>
    public int SourceWindow => Math.Min(_checkpoint.MaxSequenceLength, TrainableFamilies.Read(_checkpoint.Config, _checkpoint.Name).Window);

    /// <summary>Opens a model for training.</summary>
    /// <param name="model">A package's or a folder's model.</param>
    /// <param name="settings">Precision, device, memory, and what is changed before training.</param>
    /// <exception cref="NotSupportedException">The model's family cannot be trained; the message lists what can.</exception>
    /// <exception cref="InvalidDataException">A file is missing or wrong.</exception>
    /// <exception cref="ArgumentException">Low-rank matrices do not fit the model, or stand beside a change of its weights.</exception>
    public static TrainableEncoder Open(EmbeddingModel model, TrainableEncoderSettings? settings = null) =>
        Open(model, EmbeddingCheckpoints.Open(model), settings ?? new());

    /// <summary>Takes an opened checkpoint over.</summary>
    /// <param name="source">Where its tokenizer's files are; null where the trained model is not saved as a folder.</param>
    /// <param name="checkpoint">The model.</param>
    /// <param name="settings">Precision, device, memory, and what is changed before training.</param>
    public static TrainableEncoder Open(EmbeddingModel? source, EmbeddingCheckpoint checkpoint, TrainableEncoderSettings settings)
    {
        try
        {
            _ = TorchThreads.Count; // sets how memory is kept
            if (settings.Pooling is { } pooling)
                checkpoint = checkpoint with { Pooling = [pooling] };
            var start = settings.Change.Apply(new(source, checkpoint, checkpoint.Config));
            if (settings.Lora is not null && start.Changed is not null)
                throw new ArgumentException($"{checkpoint.Name}: LoRA trains matrices beside the model's own weights, which the change that is asked for replaces. Ask for one of them.", nameof(settings));
            var spec = TrainableFamilies.Read(start.Config, checkpoint.Name);
            var device = settings.Device.Resolve(); // written for CUDA, never run there: docs/Training.md says so
            var precision = PrecisionProbe.Choose(settings.Precision, device, spec.Width, spec.FeedForwardWidth);
            if (precision is not (Precision.Float32 or Precision.BFloat16))
                throw new NotSupportedException($"Precision.{precision} is for inference. Training has Float32, BFloat16 and Auto.");
            return new(start, spec, precision, device, settings);
        }
        catch
        {
            checkpoint.Dispose();
            throw;
        }
    }

    /// <summary>Freezes weights by their names in the file; all others are trained.</summary>
    /// <param name="frozen">Told "encoder.layer.0.output.dense.weight" and so on. Parts of one matrix of the network (query, key, value) may differ.</param>
    public void Freeze(Func<string, bool> frozen)
    {
        foreach (var parameter in _parameters)
        {
            var kept = parameter.Origin.Parts.Where(p => frozen(p.Name)).ToArray();
            if (kept.Length == 0 || kept.Length == parameter.Origin.Parts.Count)
                parameter.Train(kept.Length == 0 ? null : []);
            else if (parameter.Origin.Layout == RowLayout.Plain)
                parameter.Train(Rows(parameter.Origin, frozen));
            else
                throw new NotSupportedException($"{parameter.Name}: one part is frozen and another is not; in this family's files they are woven together.");
        }
    }

    /// <summary>The parameter that holds one of the file's tensors.</summary>
    /// <exception cref="ArgumentException">There is none.</exception>
    public TrainedParameter Parameter(string name) => _parameters.Find(p => p.Origin.Parts.Any(part => part.Name == name))
        ?? throw new ArgumentException($"The {Spec.Family} network has no weight '{name}'. It has: {string.Join(", ", _parameters.Take(8).Select(p => p.Name))}, …", nameof(name));

    /// <summary>States behind the last layer, float32, with their gradient graph: [T, D] or [N, D]. They belong to the current scope.</summary>
    public Tensor Forward(PackedTokens batch, EncoderOutput output = EncoderOutput.AllTokens)
    {
        if (Spec.Embedding.FirstPosition is > 0 and var first)
            batch = batch.PassOver(first - 1);
        batch = batch.Spread(Spec.Embedding.PositionStride, Spec.Window / Spec.Embedding.PositionStride);
        return _network.Forward(_network.Begin(batch), PlainAttention.Instance, output).to(ScalarType.Float32);
    }

    /// <summary>Numbers of a vector.</summary>
    public int Dimensions => _checkpoint.Heads.Aggregate(Pooling.Count * Spec.Width, (width, head) => head.OutputWidth(width));

    /// <summary>Whether pooling needs the first tokens alone, so that the last layer can spare the rest.</summary>
    public EncoderOutput PooledOutput => Pooling is [PoolingMode.Cls] && PoolsPrompt ? EncoderOutput.FirstToken : EncoderOutput.AllTokens;

    /// <summary>Vectors of the sequences as the model's heads give them, not normalised: [N, D'].</summary>
    /// <param name="states">From <see cref="Forward"/>.</param>
    /// <param name="batch">The same batch.</param>
    /// <param name="output">As asked there.</param>
    /// <param name="from">First pooled token of each sequence, [N]; null pools all.</param>
    public Tensor Pool(Tensor states, PackedTokens batch, EncoderOutput output, int[]? from = null)
    {
        var pooled = output == EncoderOutput.FirstToken ? states : TokenPooling.Pool(states, batch, Pooling, from);
        foreach (var head in _checkpoint.Heads.Reverse().SkipWhile(h => h is NormalizeHead).Reverse())
            pooled = head.Apply(pooled);
        return pooled;
    }

    /// <summary>The head that guesses hidden tokens; read from the file where it has one, made anew where not.</summary>
    public MaskedHead MaskedHead()
    {
        if (_maskedHead is null)
        {
            _maskedHead = new(this, _checkpoint.Weights);
            _parameters.AddRange(_maskedHead.Parameters);
        }

        return _maskedHead;
    }

    /// <summary>The weights by their names in the file, float32; they belong to the current scope.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights() =>
        _parameters.SelectMany(p => p.Origin.Back(p.Master)).ToDictionary(w => w.Name, w => w.Value, StringComparer.Ordinal);

    /// <summary>Writes a sentence-transformers folder that EmbedLongText opens. It is written aside and takes its name when complete.</summary>
    /// <param name="folder">Path; an existing folder is replaced.</param>
    /// <param name="type">Type of the weights: Float32, Float16 or BFloat16. Where an adapter is trained, weights without matrices stay as they are stored.</param>
    public void Save(string folder, ScalarType type = ScalarType.Float32)
    {
        var made = new TrainedFolder(_source ?? throw new InvalidOperationException("The model was opened without the place of its files."), _checkpoint, _config, Window)
        {
            WritesPooling = _repooled,
        };
        if (_adapter is null)
        {
            made.Write(folder, path => SafetensorsWriter.Write(path, Weights().ToDictionary(w => w.Key, w => w.Value.to(type), StringComparer.Ordinal), TrainedFolder.Metadata));
            return;
        }

        using var temporary = new TemporaryFolder("adapter");
        SaveAdapter(temporary.Path);
        using var adapter = LoraAdapter.Open(temporary.Path);
        using var merged = new MergedWeights(Spec, _checkpoint.Weights, adapter);
        Tensor Read(TensorEntry entry)
        {
            using var read = merged.Read(entry.Name);
            return read.to(entry.Type.ToTorch());
        }

        made.Write(folder, path => SafetensorsWriter.Write(path, merged.Entries.Values, Read, TrainedFolder.Metadata));
    }

    /// <summary>Writes the low-rank matrices in PEFT's layout, by the names of the model without a head over it.</summary>
    /// <param name="folder">Path; made if it is missing.</param>
    /// <exception cref="InvalidOperationException">The weights themselves are trained.</exception>
    public void SaveAdapter(string folder)
    {
        if (_adapter is null)
            throw new InvalidOperationException("The model's weights are trained, not an adapter.");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _adapter.Save(folder, "", Weights(), _checkpoint.Name, "FEATURE_EXTRACTION");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters.ForEach(p => p.Dispose());
        _maskedHead?.Dispose();
        _network.Dispose();
        _checkpoint.Dispose();
    }

    private static List<(long First, long Count)> Rows(WeightOrigin origin, Func<string, bool> frozen)
    {
        var rows = new List<(long, long)>();
        long at = 0;
        foreach (var part in origin.Parts)
        {
            if (!frozen(part.Name))
                rows.Add((at, part.Rows));
            at += part.Rows;
        }

        return rows;
    }
}
