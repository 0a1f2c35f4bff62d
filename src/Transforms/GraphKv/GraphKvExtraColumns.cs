namespace ML.Extensions.GraphKv;

/// <summary>Names of the columns to add beside an answer; null leaves a column out.</summary>
public sealed record GraphKvExtraColumns
{
    /// <summary>
    /// Part of the attention that each segment got, in the order given, averaged over heads, layers and answer tokens
    /// (variable-length vector of Single). What is missing to 1 went to the prefix, the question and the answer. Decoding is slower.
    /// </summary>
    public string? Shares { get; init; }

    /// <summary>Tokens of prefix and segments whose keys and values were in the cache (Int64).</summary>
    public string? TokensReused { get; init; }

    /// <summary>Tokens that went through the network before the first token of the answer (Int64); of CacheBlend the part that goes through all layers.</summary>
    public string? TokensComputed { get; init; }

    /// <summary>Bytes of keys and values that the answer saw (Int64).</summary>
    public string? KvBytes { get; init; }

    /// <summary>Milliseconds to the first token of the answer (Single).</summary>
    public string? PrefillMilliseconds { get; init; }

    /// <summary>
    /// Kullback-Leibler divergence of the first answer token's distribution from that under <see cref="GraphKvPlan.Sequential"/>, nats
    /// (Single). Costs the encoding of all segments in that plan.
    /// </summary>
    public string? Divergence { get; init; }
}
