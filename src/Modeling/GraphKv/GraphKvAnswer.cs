namespace ML.Extensions.GraphKv;

/// <summary>An answer, and what it cost.</summary>
/// <param name="Text">The answer, without blanks around it.</param>
/// <param name="TokensReused">Tokens of prefix and segments that were in the cache.</param>
/// <param name="TokensComputed">Tokens that went through the network before the first answer token: entries that were not in the cache, and the question.</param>
/// <param name="KvBytes">Bytes of keys and values that the answer saw.</param>
/// <param name="Prefill">Time to the first answer token's distribution.</param>
/// <param name="Shares">Part of the attention that each segment got, as given; null if it was not asked for.</param>
/// <param name="Divergence">Kullback-Leibler divergence of the first answer token's distribution from Sequential's, nats; null if it was not asked for.</param>
public sealed record GraphKvAnswer(
    string Text, long TokensReused, long TokensComputed, long KvBytes, TimeSpan Prefill, IReadOnlyList<float>? Shares, double? Divergence);
