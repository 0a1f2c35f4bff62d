namespace ML.Extensions.Search;

/// <summary>What the index keeps of a document.</summary>
/// <param name="Hash">SHA-256 of its text.</param>
/// <param name="Tokens">Tokens of the whole.</param>
/// <param name="Own">Embedding of its first window: all that the model takes by itself.</param>
/// <param name="Extended">Embedding of the whole.</param>
/// <param name="ChunkVectors">Late chunks' vectors, laid end to end.</param>
/// <param name="ChunkOffsets">Start and end of each chunk in the text.</param>
public sealed record IndexEntry(
    string Hash, int Tokens, float[] Own, float[] Extended, float[] ChunkVectors, int[] ChunkOffsets);
