using ML.Extensions.LongText;

namespace ML.Extensions.Evaluation;

/// <summary>How retrieval is evaluated.</summary>
public sealed record RetrievalEvaluationOptions
{
    /// <summary>Columns by name.</summary>
    /// <value>Default: QueryId, DocumentId, Embedding.</value>
    public RetrievalColumns Columns { get; init; } = new();

    /// <summary>Places kept of each query's ranking, the largest k that can be asked for.</summary>
    /// <value>Default: 1,000, as in trec_eval.</value>
    public int Depth
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Depth), value, "Depth must be at least 1.");
    } = 1_000;

    /// <summary>Similarity of two embeddings; <see cref="EmbeddingModelInfo.Similarity"/> is the model's own.</summary>
    /// <value>Default: cosine.</value>
    public SimilarityFunction Similarity
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Similarity), value, "Unknown similarity function.");
    }

    /// <summary>What a grade is worth in nDCG.</summary>
    /// <value>Default: the grade itself.</value>
    public RetrievalGain Gain
    {
        get;
        init => field = Enum.IsDefined(value) ? value : throw new ArgumentOutOfRangeException(nameof(Gain), value, "Unknown gain.");
    }

    /// <summary>Leaves a document out of the ranking of the query with the same id, for sets whose queries are documents too.</summary>
    /// <value>Default: false.</value>
    public bool SkipIdenticalIds { get; init; }

    /// <summary>Leaves out judgements that name a query or document that is not there, instead of an error.</summary>
    /// <value>Default: false.</value>
    public bool LeaveOutUnknownIds { get; init; }
}
