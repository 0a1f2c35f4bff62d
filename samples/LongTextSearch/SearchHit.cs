namespace LongTextSearch;

/// <summary>A document found.</summary>
internal sealed record SearchHit(string Id, float Score, int Tokens, string Passage);
