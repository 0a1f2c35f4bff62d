namespace ML.Extensions.Retrieval;

/// <summary>Segments for a question, the best last, and the links among them.</summary>
/// <param name="Ids">Name of each segment's document.</param>
/// <param name="Texts">Text of each segment.</param>
/// <param name="Scores">Cosine similarity of each segment's document to the question; ascending.</param>
/// <param name="Edges">Pairs of a source and the target that sees it: where document t points to document s, s is the source of t.</param>
internal sealed record RetrievedSegments(
    IReadOnlyList<string> Ids, IReadOnlyList<string> Texts, IReadOnlyList<float> Scores, IReadOnlyList<(int Source, int Target)> Edges)
{
    /// <summary>Nothing.</summary>
    public static RetrievedSegments None { get; } = new([], [], [], []);
}
