using ML.Extensions.LongText;

namespace ML.Extensions.Retrieval;

/// <summary>How <c>RetrieveSegments</c> finds segments for a question.</summary>
public sealed record SegmentRetrievalOptions
{
    /// <summary>File of the index, made by <see cref="DocumentIndexer"/> or <c>mlext search</c>.</summary>
    public required string Index { get; init; }

    /// <summary>The model that made the index; it embeds the questions.</summary>
    /// <value>Default: <see cref="EmbeddingModel.Default"/>.</value>
    public EmbeddingModel Model { get; init; } = EmbeddingModel.Default;

    /// <summary>Most segments for a question.</summary>
    /// <value>Default: 12.</value>
    public int Count
    {
        get;
        init => field = value >= 1 ? value : throw new ArgumentOutOfRangeException(nameof(Count), value, "Count must be at least 1.");
    } = 12;

    /// <summary>How many of the segments come because the best ones point to them, the nearest to the question first, whatever ranks between.</summary>
    /// <value>Default: 0.</value>
    public int Linked
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(Linked), value, "Linked must be at least 0.");
    }

    /// <summary>
    /// About the most tokens of a segment, in the embedding model's tokens: of a longer document the piece that is nearest to the
    /// question is taken, under the document's first line. Pieces are multiples of 128 tokens. Null takes whole documents.
    /// </summary>
    /// <value>Default: 256.</value>
    public int? SegmentTokens
    {
        get;
        init => field = value is null or >= 128 ? value : throw new ArgumentOutOfRangeException(nameof(SegmentTokens), value, "SegmentTokens must be at least 128, or null.");
    } = 256;

    /// <summary>Name of a column of the documents' names (vector of text), in the segments' order; null leaves it out.</summary>
    /// <value>Default: null.</value>
    public string? IdsColumn { get; init; }

    /// <summary>Name of a column of scores (vector of Single): each document's cosine similarity to the question; null leaves it out.</summary>
    /// <value>Default: null.</value>
    public string? ScoresColumn { get; init; }
}
