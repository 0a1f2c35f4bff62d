namespace ML.Extensions.Generation;

/// <summary>What ends a text, and how its tokens are chosen.</summary>
internal sealed record GenerationSettings
{
    /// <summary>How tokens are chosen.</summary>
    public SamplingOptions Sampling { get; init; } = new();

    /// <summary>Most new tokens.</summary>
    public int MaxNewTokens { get; init; } = 256;

    /// <summary>Ids that end a sequence; they are no part of its text.</summary>
    public IReadOnlySet<int> StopIds { get; init; } = new HashSet<int>();

    /// <summary>Texts that end a sequence; what stands before the first of them stays.</summary>
    public IReadOnlyList<string> StopTexts { get; init; } = [];

    /// <summary>How many of the likeliest tokens are noted with each chosen one; null notes no log-probabilities at all.</summary>
    public int? LogProbabilities { get; init; }
}
