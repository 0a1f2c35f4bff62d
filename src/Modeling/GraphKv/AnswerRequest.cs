namespace ML.Extensions.GraphKv;

/// <summary>A question over segments.</summary>
/// <param name="Question">The question.</param>
/// <param name="Segments">Texts, the most relevant last; empty ones are left out.</param>
/// <param name="Edges">Pairs of a source and the target that sees it, by the segments' numbers; for plans over edges.</param>
internal sealed record AnswerRequest(string Question, IReadOnlyList<string> Segments, IReadOnlyList<(int Source, int Target)> Edges);
