namespace ML.Extensions.Benchmarks;

/// <summary>A model of the embedder, by the name that benchmarks use.</summary>
internal sealed record ModelEncoder(string Name) : ITextEncoder
{
    public int Window => EmbeddingRun.Window(Name);

    public float[][] Documents(EmbeddingStrategy strategy, int tokens, IReadOnlyList<string> texts) =>
        EmbeddingRun.Documents(Name, strategy, tokens, texts);

    public float[][] Queries(IReadOnlyList<string> texts) => EmbeddingRun.Queries(Name, texts);
}
