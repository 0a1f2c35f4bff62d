namespace ML.Extensions.LongText;

/// <summary>What happens to a text of more tokens than the limit.</summary>
public enum BeyondLimit
{
    /// <summary>Chunks of the model's own window over the whole text, averaged (PCW). Nothing is dropped.</summary>
    ParallelWindows,

    /// <summary>Pieces of at most the limit's length, each extended as shorter texts are, averaged. Nothing is dropped.</summary>
    Split,

    /// <summary>The tokens beyond the limit are dropped; TokensUsed tells.</summary>
    Truncate,

    /// <summary>An error that states the row's tokens and the limit.</summary>
    Error,
}
