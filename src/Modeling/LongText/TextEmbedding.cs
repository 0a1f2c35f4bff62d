namespace ML.Extensions.LongText;

/// <summary>What an embedder says of one text.</summary>
/// <param name="Vector">The embedding.</param>
/// <param name="TokenCount">Tokens of the whole text, prompt and special ones included.</param>
/// <param name="TokensUsed">Tokens that the embedding has seen.</param>
/// <param name="ExtensionUsed">Strategy that applied: "none" within the window, else "pcw", "gp", "rp", "pi", …</param>
internal sealed record TextEmbedding(float[] Vector, int TokenCount, int TokensUsed, string ExtensionUsed)
{
    /// <summary>Late-chunking vectors, if asked for.</summary>
    public IReadOnlyList<ChunkEmbedding> Chunks { get; init; } = [];

    /// <summary>Embedding of what the model's own window holds of the text, if asked for.</summary>
    public float[]? FirstWindow { get; init; }
}

/// <summary>One late chunk of a text.</summary>
/// <param name="Vector">Pooled states of the chunk's tokens.</param>
/// <param name="Start">First UTF-16 unit in the text.</param>
/// <param name="End">First UTF-16 unit after the chunk.</param>
internal sealed record ChunkEmbedding(float[] Vector, int Start, int End);
