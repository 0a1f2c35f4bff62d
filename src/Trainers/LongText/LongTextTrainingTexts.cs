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

    /// <summary>
    /// Most windows of a text that is longer than <see cref="MaxTokens"/>: its vector is the mean of its windows' vectors, as parallel windows embed long
    /// texts. Of longer texts so many windows are drawn anew for each step; validation sees all. <c>TokensPerPass</c> bounds what goes through the model at once.
    /// </summary>
    /// <value>Default: 1, a text's beginning.</value>
    public int Windows
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Windows), value, "Windows must be at least 1.");
    } = 1;

    /// <summary>Most tokens of a text or of each of its windows, special ones included. Null is the model's window.</summary>
    /// <value>Default: null.</value>
    public int? MaxTokens
    {
        get;
        init => field = value is null or >= 8 ? value : throw new ArgumentOutOfRangeException(nameof(MaxTokens), value, "MaxTokens must be at least 8.");
    }
}
