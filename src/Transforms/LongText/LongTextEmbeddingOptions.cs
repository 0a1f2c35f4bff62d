namespace ML.Extensions.LongText;

/// <summary>How <c>EmbedLongText</c> turns a text column into an embedding column.</summary>
public sealed record LongTextEmbeddingOptions
{
    /// <summary>Which model.</summary>
    /// <value>Default: <see cref="EmbeddingModel.Default"/>.</value>
    public EmbeddingModel Model { get; init; } = EmbeddingModel.Default;

    /// <summary>Folder of a LoRA adapter in PEFT's layout, as <c>TrainTextEmbedding</c> writes it: its matrices are added to the model's weights.</summary>
    /// <value>Default: null, none.</value>
    public string? Adapter { get; init; }

    /// <summary>
    /// Name of one of the model's prompts ("query", "passage"), put before each text. Where the model has adapters for tasks
    /// (Jina v3), that of the same name is added to its weights.
    /// </summary>
    /// <value>Default: null, the model's default prompt, usually none.</value>
    public string? PromptName { get; init; }

    /// <summary>Text put before each input as it is, instead of a named prompt.</summary>
    /// <value>Default: null.</value>
    public string? Prompt { get; init; }

    /// <summary>Where positions past the trained window come from.</summary>
    /// <value>Default: <see cref="ContextExtension.Auto"/>.</value>
    public ContextExtension Extension { get; init; } = ContextExtension.Auto;

    /// <summary>Whether attention logits of texts beyond the window are multiplied by ln length / ln window (LongEmbed, appendix B).</summary>
    /// <value>Default: null, what measurements say for the model.</value>
    public bool? LogLengthScaling { get; init; }

    /// <summary>Most tokens of one text that go through the network at once, special ones included.</summary>
    /// <value>Default: 4,096.</value>
    public int MaxTokens
    {
        get;
        init => field = value >= 8 ? value : throw new ArgumentOutOfRangeException(
            nameof(MaxTokens), value, "MaxTokens must be at least 8.");
    } = 4_096;

    /// <summary>What happens to a text of more tokens than <see cref="MaxTokens"/>.</summary>
    /// <value>Default: <see cref="BeyondLimit.ParallelWindows"/>.</value>
    public BeyondLimit BeyondLimit { get; init; } = BeyondLimit.ParallelWindows;

    /// <summary>Pooling instead of the model's own.</summary>
    /// <value>Default: null, the model's own.</value>
    public PoolingMode? Pooling { get; init; }

    /// <summary>Form of the embedding: normalisation, dimensions, element format.</summary>
    public LongTextEmbeddingOutput Output { get; init; } = new();

    /// <summary>Columns beside the embedding.</summary>
    /// <value>Default: none.</value>
    public LongTextExtraColumns Columns { get; init; } = new();

    /// <summary>Speed and memory: precision, batch size, look-ahead.</summary>
    public LongTextCompute Compute { get; init; } = new();

    /// <summary>Whether a saved pipeline holds the weights or a reference that is checked on load.</summary>
    /// <value>Default: <see cref="ModelStorage.Reference"/>.</value>
    public ModelStorage Storage { get; init; } = ModelStorage.Reference;
}
