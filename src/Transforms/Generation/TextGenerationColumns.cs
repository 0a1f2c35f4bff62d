namespace ML.Extensions.Generation;

/// <summary>Names of the columns to add beside an answer; null leaves a column out.</summary>
public sealed record TextGenerationColumns
{
    /// <summary>Tokens of the prompt, special ones included (Int32).</summary>
    public string? PromptTokens { get; init; }

    /// <summary>New tokens, a stop token included (Int32).</summary>
    public string? TokenCount { get; init; }

    /// <summary>Why the answer ended: the name of a <see cref="GenerationEnd"/> (text).</summary>
    public string? End { get; init; }

    /// <summary>
    /// Natural logarithm of each new token's probability, before penalties, temperature and choices (variable-length vector of
    /// Single).
    /// </summary>
    public string? LogProbabilities { get; init; }
}
