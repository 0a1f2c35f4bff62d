using ML.Extensions.Generation;

namespace ML.Extensions.GraphKv;

/// <summary>How <c>AnswerWithGraphKv</c> answers questions over segments.</summary>
public sealed record GraphKvAnswerOptions
{
    /// <summary>The decoder: a Hugging Face folder, a GGUF or llama2.c file, or <see cref="AnsweringModels.Small"/>.</summary>
    public required string Model { get; init; }

    /// <summary>Folder of a LoRA adapter in PEFT's layout, as <c>TrainGraphKvAnswerer</c> writes it; it stays beside the model's weights.</summary>
    /// <value>Default: null, the model as it is.</value>
    public string? Adapter { get; init; }

    /// <summary>Which segments see which, and what the answer sees.</summary>
    /// <value>Default: the 3 best segments, the last ones, are sources of all others.</value>
    public GraphKvPlan Plan { get; init; } = GraphKvPlan.TopSources(3);

    /// <summary>Folder where keys and values of segments are kept, of any number of models and processes.</summary>
    /// <value>Default: null, in memory alone.</value>
    public string? Cache { get; init; }

    /// <summary>Most bytes of keys and values in memory; the least recently used leave.</summary>
    /// <value>Default: 1 GiB.</value>
    public long CacheMemoryBytes
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(CacheMemoryBytes), value, "CacheMemoryBytes must be at least 0.");
    } = 1L << 30;

    /// <summary>Texts around segments and question.</summary>
    /// <value>Default: null: <see cref="GraphKvPrompt.Chat"/> where the model has a chat template, else <see cref="GraphKvPrompt.Plain"/>.</value>
    public GraphKvPrompt? Prompt { get; init; }

    /// <summary>Most tokens of a segment; what is beyond is cut.</summary>
    /// <value>Default: null, no limit: segments that do not fit the model's window are an error.</value>
    public int? MaxSegmentTokens
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxSegmentTokens), value, "MaxSegmentTokens must be at least 1.");
    }

    /// <summary>How tokens are chosen.</summary>
    /// <value>Default: the likeliest each time.</value>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Most tokens of an answer.</summary>
    /// <value>Default: 128.</value>
    public int MaxNewTokens
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(MaxNewTokens), value, "MaxNewTokens must be at least 1.");
    } = 128;

    /// <summary>Texts that end an answer, beside the model's own end tokens.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>Number format of the matrix products.</summary>
    /// <value>Default: <see cref="Precision.Auto"/>: float32 on the CPU.</value>
    public Precision Precision { get; init; } = Precision.Auto;

    /// <summary>Columns beside the answer.</summary>
    /// <value>Default: none.</value>
    public GraphKvExtraColumns Columns { get; init; } = new();

    /// <summary>Ends a long pass: the next token throws <see cref="OperationCanceledException"/>. Not saved.</summary>
    public CancellationToken CancellationToken { get; init; }
}
