using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>What a contestant scored on a set.</summary>
/// <param name="By">Who.</param>
/// <param name="Tokens">Length of the documents, or most tokens read of them; 0 means all.</param>
/// <param name="Metrics">Measures.</param>
/// <param name="Seconds">Wall time, queries left out.</param>
internal sealed record RetrievalOutcome(Contestant By, int Tokens, RetrievalMetrics Metrics, double Seconds);
