namespace ML.Extensions.Evaluation;

/// <summary>Names of the columns that an evaluation of retrieval reads.</summary>
/// <remarks>Ids are text or whole numbers; 7 and "7" are the same id.</remarks>
public sealed record RetrievalColumns
{
    /// <summary>Id of a query, in the queries and in the judgements.</summary>
    /// <value>Default: QueryId.</value>
    public string QueryId { get; init => field = Named(value, nameof(QueryId)); } = "QueryId";

    /// <summary>Id of a document, in the documents and in the judgements.</summary>
    /// <value>Default: DocumentId.</value>
    public string DocumentId { get; init => field = Named(value, nameof(DocumentId)); } = "DocumentId";

    /// <summary>Embedding of a query: a vector of <see cref="float"/> or <see cref="double"/>.</summary>
    /// <value>Default: Embedding.</value>
    public string QueryEmbedding { get; init => field = Named(value, nameof(QueryEmbedding)); } = "Embedding";

    /// <summary>Embedding of a document: a vector of <see cref="float"/> or <see cref="double"/>, as long as the queries'.</summary>
    /// <value>Default: Embedding.</value>
    public string DocumentEmbedding { get; init => field = Named(value, nameof(DocumentEmbedding)); } = "Embedding";

    /// <summary>Grade in the judgements: a number, relevant if above 0.</summary>
    /// <value>Default: null, each row of the judgements is relevant with grade 1.</value>
    public string? Grade { get; init; }

    /// <summary>Length in the documents, in whatever unit: for <see cref="RetrievalMetrics.ByLength"/>.</summary>
    /// <value>Default: null, no lengths.</value>
    public string? DocumentLength { get; init; }

    /// <summary>Place of the answer in the document, 0 (start) to 1 (end), in the judgements: for <see cref="RetrievalMetrics.ByDepth"/>.</summary>
    /// <value>Default: null, no depths.</value>
    public string? AnswerDepth { get; init; }

    private static string Named(string value, string property) =>
        string.IsNullOrEmpty(value) ? throw new ArgumentException($"{property} needs a column's name.", property) : value;
}
