namespace ML.Extensions.Search;

/// <summary>A document found.</summary>
/// <param name="Id">Its name.</param>
/// <param name="Score">Cosine similarity to the query.</param>
/// <param name="Tokens">Tokens of the whole document.</param>
/// <param name="Passage">What matched.</param>
public sealed record SearchHit(string Id, float Score, int Tokens, string Passage);
