namespace ML.Extensions.LongText;

/// <summary>Everything an embedder needs besides its model. The public options translate into it.</summary>
internal sealed record EmbedderSettings
{
    /// <summary>Text put before each input as it is; null: see <see cref="PromptName"/>.</summary>
    public string? Prompt { get; init; }

    /// <summary>Name of one of the model's prompts; null: the model's default prompt, usually none.</summary>
    public string? PromptName { get; init; }

    /// <summary>Folder of a LoRA adapter in PEFT's layout; null is none.</summary>
    public string? Adapter { get; init; }

    public ContextExtension Extension { get; init; } = ContextExtension.Auto;

    /// <summary>Multiply attention logits by max(1, ln length / ln window). Null: what measurements say for the model.</summary>
    public bool? LogLengthScaling { get; init; }

    /// <summary>Most tokens of one text, special ones included.</summary>
    public int MaxTokens { get; init; } = 4_096;

    public BeyondLimit BeyondLimit { get; init; } = BeyondLimit.ParallelWindows;

    /// <summary>Null: the model's own.</summary>
    public PoolingMode? Pooling { get; init; }

    public bool Normalize { get; init; } = true;

    /// <summary>Leading dimensions kept, before normalising; null keeps all.</summary>
    public int? Dimensions { get; init; }

    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Tokens of one forward pass, about; one long text may be more.</summary>
    public int TokensPerBatch { get; init; } = 8_192;

    /// <summary>Tokens of one late chunk; null makes no chunks.</summary>
    public int? ChunkTokens { get; init; }

    /// <summary>Whether texts also get the vector of what the model's own window holds of them.</summary>
    public bool FirstWindow { get; init; }
}
