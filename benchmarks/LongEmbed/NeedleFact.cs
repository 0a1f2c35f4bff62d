namespace ML.Extensions.Benchmarks;

/// <summary>A sentence to hide, and the question that it answers.</summary>
internal sealed record NeedleFact(string Text, string Question);
