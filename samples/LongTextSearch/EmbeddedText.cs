namespace LongTextSearch;

/// <summary>A row of the pipeline's output.</summary>
internal sealed class EmbeddedText
{
    public float[] Embedding { get; set; } = [];

    public int Tokens { get; set; }
}
