namespace ML.Extensions.Tool;

/// <summary>Fields of a file of training rows.</summary>
/// <param name="Text">The text.</param>
internal sealed record TrainFields(string Text)
{
    /// <summary>The text that belongs to it; null where none is read.</summary>
    public string? Other { get; init; }

    /// <summary>A text that does not; null where none is read.</summary>
    public string? Negative { get; init; }

    /// <summary>A name that rows which are no negatives of each other share; null where none is read.</summary>
    public string? Group { get; init; }

    /// <summary>A number; null where none is read.</summary>
    public string? Score { get; init; }
}
