namespace ML.Extensions.LongText;

/// <summary>How <c>TrainTextEmbedding</c> trains.</summary>
public sealed record LongTextTrainingOptions
{
    /// <summary>The model to begin with.</summary>
    /// <value>Default: <see cref="EmbeddingModel.Default"/>.</value>
    public EmbeddingModel Model { get; init; } = EmbeddingModel.Default;

    /// <summary>A trained or loaded transformer whose model is the beginning, instead of <see cref="Model"/>: how training goes on from a saved pipeline.</summary>
    /// <value>Default: null.</value>
    public LongTextEmbeddingTransformer? Start { get; init; }

    /// <summary>What is changed before training, and which weights stay.</summary>
    public LongTextTrainingChange Change { get; init; } = new();

    /// <summary>Low-rank matrices to train beside the model's frozen weights, for decoders above all; null trains the weights. A learning rate of 1e-4 and more suits them.</summary>
    /// <value>Default: null.</value>
    public LoraOptions? Lora { get; init; }

    /// <summary>Times that all rows are seen.</summary>
    /// <value>Default: 1.</value>
    public double Epochs
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(Epochs), value, "Epochs must be above 0.");
    } = 1;

    /// <summary>Rows of a step. For matching pairs each row's positive is a negative of all others.</summary>
    /// <value>Default: 32.</value>
    public int RowsPerStep
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(RowsPerStep), value, "RowsPerStep must be at least 1.");
    } = 32;

    /// <summary>Learning rate and its course.</summary>
    public LongTextTrainingSchedule Schedule { get; init; } = new();

    /// <summary>Widths at which the leading dimensions are good vectors by themselves (Matryoshka, arXiv 2205.13147), besides all dimensions.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<int> MatryoshkaDimensions { get; init; } = [];

    /// <summary>Prompts, most tokens of a text.</summary>
    public LongTextTrainingTexts Texts { get; init; } = new();

    /// <summary>Rows that are not trained on, and when they end training; null trains to the end.</summary>
    /// <value>Default: null.</value>
    public LongTextTrainingValidation? Validation { get; init; }

    /// <summary>Precision, memory, seed, checkpoints.</summary>
    public LongTextTrainingCompute Compute { get; init; } = new();

    /// <summary>Folder that gets the trained model, in sentence-transformers' form; an existing model is replaced, another folder refused. Null keeps the weights in the pipeline's file.</summary>
    /// <value>Default: null.</value>
    public string? OutputFolder { get; init; }

    /// <summary>
    /// Folder that gets the matrices of <see cref="Lora"/> alone, in PEFT's layout. Without an <see cref="OutputFolder"/> the transformer then refers to
    /// model and adapter; else, and without this, the matrices are added to the weights.
    /// </summary>
    /// <value>Default: null.</value>
    public string? AdapterFolder { get; init; }

    /// <summary>Options of the transformer that comes out. Pooling is trained as they say; model, adapter and storage are set by training.</summary>
    public LongTextEmbeddingOptions Embedding { get; init; } = new();
}
