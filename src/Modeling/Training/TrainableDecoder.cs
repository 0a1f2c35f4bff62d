using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// A causal decoder whose weights are trained: the same <see cref="TransformerNetwork"/> as in inference, with gradients and its
/// language-model head. For one thread at a time.
/// </summary>
internal sealed class TrainableDecoder : IDisposable
{
    private readonly TransformerNetwork _network;
    private readonly List<TrainedParameter> _parameters = [];

    private readonly TrainedAdapter? _adapter;
    private readonly string _prefix, _origin;
    private readonly HashSet<string> _names;

    private TrainableDecoder(TransformerSpec spec, Weights weights, TrainableDecoderSettings settings, Precision precision, string origin)
    {
        (Precision, _origin, _prefix, _names) = (precision, origin, TrainedAdapter.Prefix(weights, spec.Anchor), [.. weights.Entries.Keys]);
        void Train(WeightOrigin from, Tensor tensor, Tensor read) => _parameters.Add(new(from, tensor, read));
        using var adapter = settings.Lora is { } lora ? new TrainedAdapter(lora, settings.Adapter, Train) : null;
        _network = new(spec, new NamedWeights(weights, spec.Anchor), precision, CPU, adapter is null ? Train : (_, _, _) => { }, weights, adapter?.Builder)
        {
            Recomputes = settings.RecomputeLayers,
        };
        try
        {
            adapter?.Check(spec);
            _adapter = adapter;
            Freeze(_ => false);
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>Sizes of the network.</summary>
    public TransformerSpec Spec => _network.Spec;

    /// <summary>Format of the products.</summary>
    public Precision Precision { get; }

    /// <summary>Type of the products.</summary>
    public ScalarType Type => _network.Type;

    /// <summary>All weights, trained or not.</summary>
    public IReadOnlyList<TrainedParameter> Parameters => _parameters;

    /// <summary>Takes a decoder's config and weights; the weights may be closed afterwards.</summary>
    /// <param name="config">config.json's content.</param>
    /// <param name="weights">The weights, read here.</param>
    /// <param name="settings">Precision, memory.</param>
    /// <param name="origin">Name for messages.</param>
    /// <exception cref="NotSupportedException">It is no decoder that is known, or the precision is for inference.</exception>
    /// <exception cref="InvalidDataException">Config and weights do not fit, or there is no head.</exception>
    public static TrainableDecoder Create(JsonElement config, Weights weights, TrainableDecoderSettings settings, string origin)
    {
        _ = TorchThreads.Count; // sets how memory is kept
        var spec = TransformerFamilies.Find(config, origin);
        if (spec is not { Causal: true, Head: not null })
            throw new NotSupportedException($"{origin}: config.json's model_type '{config.Find("model_type")}' is no decoder that is known. Known: {string.Join(", ", TransformerFamilies.Known)}.");
        var precision = PrecisionProbe.Choose(settings.Precision, CPU, spec.Width, spec.FeedForwardWidth);
        if (precision is not (Precision.Float32 or Precision.BFloat16))
            throw new NotSupportedException($"Precision.{precision} is for inference. Training has Float32, BFloat16 and Auto.");
        return new(spec, weights, settings, precision, origin);
    }

    /// <summary>Freezes weights by their names without the file's prefix, "layers.0.mlp.up_proj.weight"; all others are trained.</summary>
    public void Freeze(Func<string, bool> frozen)
    {
        foreach (var parameter in _parameters)
            parameter.Train(parameter.Origin.Parts.All(p => frozen(p.Name)) ? [] : null);
    }

    /// <summary>Logits of some rows of a pass, float32 with their gradient graph, [rows, V]. They, and what their backward pass needs, belong to the current scope.</summary>
    /// <param name="batch">Sequences, end to end.</param>
    /// <param name="attention">Who sees whom.</param>
    /// <param name="rows">Numbers of the rows, int64.</param>
    public Tensor Logits(PackedTokens batch, IAttention attention, Tensor rows)
    {
        var states = _network.Forward(_network.Begin(batch), attention).index_select(0, rows);
        return _network.Logits(states).to(ScalarType.Float32);
    }

    /// <summary>The weights by their names in the file, without its prefix, float32; they belong to the current scope.</summary>
    public IReadOnlyDictionary<string, Tensor> Weights() =>
        _parameters.SelectMany(p => p.Origin.Back(p.Master)).ToDictionary(w => w.Name, w => w.Value, StringComparer.Ordinal);

    /// <summary>Whether low-rank matrices are trained, and not the weights.</summary>
    public bool HasAdapter => _adapter is not null;

    /// <summary>Writes the model as a Hugging Face folder: the files of the model it began with, float32 weights.</summary>
    /// <param name="source">That model, a folder or file.</param>
    /// <param name="folder">Path; an existing folder is replaced.</param>
    /// <exception cref="IOException">The folder and the source lie inside each other.</exception>
    public void SaveModel(string source, string folder)
    {
        ModelConversion.Convert(source, folder, "float32", overwrite: true);
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var weights = Weights().ToDictionary(w => _names.Contains(_prefix + w.Key) ? _prefix + w.Key : w.Key, w => w.Value, StringComparer.Ordinal);
        SafetensorsWriter.Write(Path.Combine(folder, "model.safetensors"), weights, new Dictionary<string, string> { ["format"] = "pt" });
    }

    /// <summary>Writes the low-rank matrices in PEFT's layout.</summary>
    /// <exception cref="InvalidOperationException">The weights themselves are trained.</exception>
    public void SaveAdapter(string folder)
    {
        if (_adapter is null)
            throw new InvalidOperationException("The decoder's weights are trained, not an adapter.");
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        _adapter.Save(folder, _prefix, Weights(), _origin, "CAUSAL_LM");
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _parameters.ForEach(p => p.Dispose());
        _network.Dispose();
    }
}
