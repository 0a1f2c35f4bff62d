using ML.Extensions.LongText;

namespace ML.Extensions.Evaluation;

/// <summary>How embeddings are compared and ranked.</summary>
internal sealed record RetrievalSettings
{
    /// <summary>Similarity of two embeddings.</summary>
    public SimilarityFunction Similarity { get; init; } = SimilarityFunction.Cosine;

    /// <summary>Places kept of each query, at least 1.</summary>
    public int Depth { get; init; } = 1_000;

    /// <summary>Leaves out a document that has the query's own id.</summary>
    public bool SkipIdenticalIds { get; init; }

    /// <summary>Leaves out judgements that name an unknown id, instead of throwing.</summary>
    public bool LeaveOutUnknownIds { get; init; }
}
