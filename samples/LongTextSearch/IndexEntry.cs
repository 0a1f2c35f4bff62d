namespace LongTextSearch;

/// <summary>What the index keeps of a document.</summary>
/// <param name="Hash">SHA-256 of its text.</param>
/// <param name="Own">Embedding of its first 512 tokens: all that the model takes by itself.</param>
/// <param name="Extended">Embedding of the whole.</param>
/// <param name="Tokens">Tokens of the whole.</param>
internal sealed record IndexEntry(string Hash, float[] Own, float[] Extended, int Tokens);
