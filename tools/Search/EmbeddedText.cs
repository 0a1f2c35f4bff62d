namespace ML.Extensions.Search;

/// <summary>A row of the pipeline's output.</summary>
public sealed class EmbeddedText
{
    /// <summary>Vector of length 1.</summary>
    public float[] Embedding { get; set; } = [];

    /// <summary>Vector of what the model's own window holds.</summary>
    public float[] FirstWindow { get; set; } = [];

    /// <summary>Tokens of the whole text.</summary>
    public int Tokens { get; set; }

    /// <summary>Late chunks' vectors, laid end to end.</summary>
    public float[] ChunkVectors { get; set; } = [];

    /// <summary>Start and end of each chunk in the text.</summary>
    public int[] ChunkOffsets { get; set; } = [];
}
