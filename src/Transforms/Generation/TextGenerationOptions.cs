namespace ML.Extensions.Generation;

/// <summary>How <c>GenerateText</c> turns a text column into a column of answers.</summary>
public sealed record TextGenerationOptions
{
    /// <summary>The model: a .gguf file, a llama2.c file, or the folder of a Hugging Face decoder.</summary>
    public required string Model
    {
        get;
        init => field = !string.IsNullOrWhiteSpace(value) ? value : throw new ArgumentException(
            "Model must be the path of a .gguf file, of a llama2.c file or of a Hugging Face folder.", nameof(Model));
    }

    /// <summary>What the model is told before each prompt.</summary>
    /// <value>Default: null, nothing; the model's own chat template may have something to say.</value>
    public string? System { get; init; }

    /// <summary>Name of a text column with what the model is told before each prompt, instead of <see cref="System"/>.</summary>
    /// <value>Default: null.</value>
    public string? SystemColumn { get; init; }

    /// <summary>Whether prompts are chats or texts to go on with.</summary>
    /// <value>Default: <see cref="PromptFormat.Auto"/>.</value>
    public PromptFormat Format { get; init; } = PromptFormat.Auto;

    /// <summary>Most new tokens of an answer.</summary>
    /// <value>Default: 256.</value>
    public int MaxNewTokens
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(MaxNewTokens), value, "MaxNewTokens must be at least 1.");
    } = 256;

    /// <summary>How tokens are chosen.</summary>
    /// <value>Default: the likeliest each time.</value>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Texts that end an answer, beside the model's own stop tokens; what stands before the first of them is the answer.</summary>
    /// <value>Default: none.</value>
    public IReadOnlyList<string> StopTexts
    {
        get;
        init => field = !value.Any(string.IsNullOrEmpty) ? value : throw new ArgumentException(
            "A text in StopTexts is empty; it would end every answer at once.", nameof(StopTexts));
    } = [];

    /// <summary>Columns beside the answer.</summary>
    /// <value>Default: none.</value>
    public TextGenerationColumns Columns { get; init; } = new();

    /// <summary>Speed and memory: precision, rows at once.</summary>
    public TextGenerationCompute Compute { get; init; } = new();
}
