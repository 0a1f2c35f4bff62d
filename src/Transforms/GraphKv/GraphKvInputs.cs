namespace ML.Extensions.GraphKv;

/// <summary>Names of the columns that an answerer reads.</summary>
/// <param name="Question">Text.</param>
/// <param name="Segments">Vector of text.</param>
/// <param name="Edges">Vector of Int32, pairs of source and target; null is none.</param>
internal sealed record GraphKvInputs(string Question, string Segments, string? Edges)
{
    /// <summary>All of them.</summary>
    public IReadOnlyList<string> Names => Edges is null ? [Question, Segments] : [Question, Segments, Edges];
}
