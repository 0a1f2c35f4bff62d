using Microsoft.ML;
using Microsoft.ML.Runtime;
using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>
/// Embeds a text column of any length. Made by <see cref="LongTextEmbeddingEstimator"/>, or loaded by
/// <c>mlContext.Model.Load</c>. Owns the model: dispose it to free the weights.
/// </summary>
public sealed class LongTextEmbeddingTransformer : BatchedTransformer, ISavedComponent<LongTextEmbeddingTransformer>, IDisposable
{
    internal const string Name = "LongTextEmbedding";

    private readonly IHost _host;
    private readonly LongTextEmbedder _embedder;
    private readonly IReadOnlyDictionary<string, byte[]>? _files;
    private bool _disposed;

    internal LongTextEmbeddingTransformer(
        IHost host, LongTextEmbedder embedder, string outputColumn, string inputColumn, LongTextEmbeddingOptions options,
        IReadOnlyDictionary<string, byte[]>? files = null)
    {
        if (options.Output.Ranges is { } ranges && ranges.Minimum.Count != embedder.Dimensions)
            throw new ArgumentException($"Output.Ranges has {ranges.Minimum.Count} dimensions; the embedding has {embedder.Dimensions}. Take ranges from vectors of this form.");
        _host = host;
        _embedder = embedder;
        _files = files;
        OutputColumnName = outputColumn;
        InputColumnName = inputColumn;
        Options = options;
        InputColumns = [inputColumn];
        OutputColumns = LongTextColumns.Of(outputColumn, embedder.Dimensions, options);
    }

    static string ISavedComponent<LongTextEmbeddingTransformer>.LoadName => Name;

    static string ISavedComponent<LongTextEmbeddingTransformer>.FormatName => "MLXLTEMB";

    static uint ISavedComponent<LongTextEmbeddingTransformer>.FormatVersion => 0x00010003;

    /// <summary>Name of the embedding column.</summary>
    public string OutputColumnName { get; }

    /// <summary>Name of the text column.</summary>
    public string InputColumnName { get; }

    /// <summary>The options in use.</summary>
    public LongTextEmbeddingOptions Options { get; }

    /// <summary>Floats in a vector.</summary>
    public int Dimensions => _embedder.Dimensions;

    /// <summary>The precision in use; what <see cref="Precision.Auto"/> has chosen on this machine, if it was asked for.</summary>
    public Precision Precision => _embedder.Precision;

    internal override IReadOnlyList<string> InputColumns { get; }

    internal override IReadOnlyList<OutputColumn> OutputColumns { get; }

    /// <summary>Frees the model's weights.</summary>
    public void Dispose()
    {
        if (_disposed)
            return;
        _disposed = true;
        _embedder.Dispose();
    }

    static LongTextEmbeddingTransformer ISavedComponent<LongTextEmbeddingTransformer>.Read(
        IHostEnvironment env, BinaryReader reader, uint version)
    {
        var saved = SavedEmbedding.Read(reader, version);
        var host = env.Register(Name);
        using var channel = host.Start("Load");
        var embedder = saved.Open(EnvironmentDevice.Of(env), message => channel.Info(message));
        return new(host, embedder, saved.OutputColumn, saved.InputColumn, saved.Options, saved.Files);
    }

    internal override void CheckInput(DataViewSchema schema) => ColumnErrors.CheckText(schema, InputColumnName);

    internal override BatchKernel CreateKernel(DataViewRow input, IReadOnlyList<bool> active, int capacity)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        return new LongTextKernel(_host, _embedder, input, InputColumnName, OutputColumns, Options, active, capacity);
    }

    /// <summary>The same model, opened for training.</summary>
    internal TrainableEncoder OpenForTraining(TrainableEncoderSettings settings)
    {
        ObjectDisposedException.ThrowIf(_disposed, this);
        if (_files is null)
            return TrainableEncoder.Open(Options.Model, EmbeddingCheckpoints.Open(Options.Model, Options.Adapter), settings);
        var checkpoint = ModelFiles.Open(Options.Model, _files);
        return TrainableEncoder.Open(checkpoint.Temporary is { } folder ? EmbeddingModel.FromFolder(folder.Path) : Options.Model, checkpoint, settings);
    }

    /// <summary>The options with what Auto means today, so that a saved pipeline gives the same vectors when that has changed.</summary>
    private LongTextEmbeddingOptions Settled => Options with
    {
        Extension = _embedder.Planner.Extension,
        LogLengthScaling = _embedder.Planner.LogLengthScaling,
    };

    private protected override void Save(ModelSaveContext ctx) => SavedComponents<LongTextEmbeddingTransformer>.Save(
        ctx, w => SavedEmbedding.Of(OutputColumnName, InputColumnName, Settled, _embedder.ContentHash, _files).Write(w));
}
