using System.Text.Json.Serialization;
using Microsoft.ML.Data;

namespace ML.Extensions.Retrieval;

/// <summary>Names of the columns that a retriever reads and adds.</summary>
/// <param name="Segments">Vector of text, added.</param>
/// <param name="Edges">Vector of Int32, added.</param>
/// <param name="Question">Text, read.</param>
/// <param name="Ids">Vector of text, added; null is none.</param>
/// <param name="Scores">Vector of Single, added; null is none.</param>
internal sealed record SegmentRetrievalColumns(string Segments, string Edges, string Question, string? Ids, string? Scores)
{
    /// <summary>The added columns: segments, edges, and what is named beside them.</summary>
    [JsonIgnore]
    public IReadOnlyList<OutputColumn> Added =>
    [
        new(Segments, new VectorDataViewType(TextDataViewType.Instance)),
        new(Edges, new VectorDataViewType(NumberDataViewType.Int32)),
        .. Ids is null ? Array.Empty<OutputColumn>() : [new(Ids, new VectorDataViewType(TextDataViewType.Instance))],
        .. Scores is null ? Array.Empty<OutputColumn>() : [new(Scores, new VectorDataViewType(NumberDataViewType.Single))],
    ];
}
