namespace ML.Extensions.LongText;

/// <summary>What becomes of texts before they are trained on.</summary>
public sealed record LongTextTrainingTexts
{
    /// <summary>Name of the model's prompt put before the input column's texts ("query").</summary>
    /// <value>Default: null, the model's default prompt, usually none.</value>
    public string? InputPromptName { get; init; }

    /// <summary>Text put before the input column's texts as it is, instead of a named prompt: an instruction.</summary>
    /// <value>Default: null.</value>
    public string? InputPrompt { get; init; }

    /// <summary>Name of the model's prompt put before the other columns' texts ("passage").</summary>
    /// <value>Default: null, the model's default prompt, usually none.</value>
    public string? OtherPromptName { get; init; }

    /// <summary>Text put before the other columns' texts as it is, instead of a named prompt.</summary>
    /// <value>Default: null.</value>
    public string? OtherPrompt { get; init; }

    /// <summary>Most tokens of a text, special ones included; the rest is cut. Null is the model's window.</summary>
    /// <value>Default: null.</value>
    public int? MaxTokens
    {
        get;
        init => field = value is null or >= 8 ? value : throw new ArgumentOutOfRangeException(nameof(MaxTokens), value, "MaxTokens must be at least 8.");
    }
}
