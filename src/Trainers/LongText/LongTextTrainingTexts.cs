namespace ML.Extensions.LongText;

/// <summary>What becomes of texts before they are trained on.</summary>
public sealed record LongTextTrainingTexts
{
    /// <summary>Name of the model's prompt put before the input column's texts ("query"); null is none.</summary>
    /// <value>Default: null.</value>
    public string? InputPromptName { get; init; }

    /// <summary>Name of the model's prompt put before the other columns' texts ("passage"); null is none.</summary>
    /// <value>Default: null.</value>
    public string? OtherPromptName { get; init; }

    /// <summary>Most tokens of a text, special ones included; the rest is cut. Null is the model's window.</summary>
    /// <value>Default: null.</value>
    public int? MaxTokens
    {
        get;
        init => field = value is null or >= 8 ? value : throw new ArgumentOutOfRangeException(nameof(MaxTokens), value, "MaxTokens must be at least 8.");
    }
}
