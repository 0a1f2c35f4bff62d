namespace ML.Extensions.Evaluation;

/// <summary>An embedding and whose it is.</summary>
/// <param name="Id">Id of the query or document.</param>
/// <param name="Vector">The embedding, [D].</param>
/// <param name="Length">Length of the text in whatever unit; null if not told.</param>
internal sealed record EmbeddingRow(string Id, float[] Vector, double? Length = null);
