namespace ML.Extensions.LongText;

/// <summary>Names of the columns to add beside an embedding; null leaves a column out.</summary>
public sealed record LongTextExtraColumns
{
    /// <summary>Tokens of the whole text, prompt and special ones included (Int32).</summary>
    public string? TokenCount { get; init; }

    /// <summary>Tokens that the embedding has seen (Int32).</summary>
    public string? TokensUsed { get; init; }

    /// <summary>Strategy that applied: "none", "pcw", "gp", "rp", "pi" (text).</summary>
    public string? ExtensionUsed { get; init; }

    /// <summary>Late-chunking vectors, laid end to end (variable-length vector of Single).</summary>
    public string? ChunkVectors { get; init; }

    /// <summary>Start and end of each chunk in the text's UTF-16 units: s0, e0, s1, e1, … (variable-length vector of Int32).</summary>
    public string? ChunkOffsets { get; init; }

    /// <summary>
    /// Embedding of what the model's own window holds of the text, that is without any extension (vector of Single, as the
    /// embedding before it is coded). With parallel windows it costs nothing: it is the first one.
    /// </summary>
    public string? FirstWindow { get; init; }

    /// <summary>Tokens of one chunk.</summary>
    /// <value>Default: 256.</value>
    public int ChunkTokens
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(ChunkTokens), value, "ChunkTokens must be at least 1.");
    } = 256;
}
