namespace ML.Extensions.Benchmarks;

/// <summary>What retrieval benchmarks measure; tests put a fake in its place.</summary>
internal interface ITextEncoder
{
    /// <summary>Name in the results.</summary>
    string Name { get; }

    /// <summary>Most tokens that the model reads at once as it was trained, special ones included.</summary>
    int Window { get; }

    /// <summary>Vectors of documents under a strategy that reads at most so many tokens, [N][D].</summary>
    float[][] Documents(EmbeddingStrategy strategy, int tokens, IReadOnlyList<string> texts);

    /// <summary>Vectors of queries, [N][D].</summary>
    float[][] Queries(IReadOnlyList<string> texts);
}
