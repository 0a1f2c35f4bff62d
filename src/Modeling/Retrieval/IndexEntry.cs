namespace ML.Extensions.Retrieval;

/// <summary>What the index keeps of a document.</summary>
/// <param name="Text">Its text.</param>
/// <param name="Links">Names of the documents that it points to.</param>
/// <param name="Tokens">Tokens of the whole.</param>
/// <param name="Own">Embedding of its first window: all that the model takes by itself.</param>
/// <param name="Extended">Embedding of the whole.</param>
/// <param name="ChunkVectors">Vectors of the text's pieces, each embedded by itself, laid end to end.</param>
/// <param name="ChunkOffsets">Start and end of each piece in the text.</param>
public sealed record IndexEntry(
    string Text, IReadOnlyList<string> Links, int Tokens, float[] Own, float[] Extended, float[] ChunkVectors, int[] ChunkOffsets);
