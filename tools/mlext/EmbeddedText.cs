namespace ML.Extensions.Tool;

/// <summary>A row of the embedding pipeline's output.</summary>
internal sealed class EmbeddedText
{
    /// <summary>Vector of length 1.</summary>
    public float[] Embedding { get; set; } = [];

    /// <summary>Tokens of the whole text.</summary>
    public int Tokens { get; set; }
}
