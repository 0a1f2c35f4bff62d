using ML.Extensions.AnsweringModel.Texts;

namespace ML.Extensions.AnsweringModel.Questions;

/// <summary>Pieces of documentation, links among them, and questions over them.</summary>
/// <param name="Pieces">The segments.</param>
/// <param name="Edges">Pairs of source and target: where target's document links to source's.</param>
/// <param name="Questions">The questions.</param>
internal sealed record ApiContext(IReadOnlyList<ApiPiece> Pieces, IReadOnlyList<(int Source, int Target)> Edges, IReadOnlyList<ApiQuestion> Questions);
