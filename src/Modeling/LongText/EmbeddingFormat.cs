namespace ML.Extensions.LongText;

/// <summary>Element format of an embedding column.</summary>
public enum EmbeddingFormat
{
    /// <summary>One float a dimension.</summary>
    Float32,

    /// <summary>One signed byte a dimension: round(127 · v / max|v|), scale-free for cosine similarity.</summary>
    Int8,

    /// <summary>One bit a dimension, v &gt; 0, most significant bit first, eight to a byte.</summary>
    Binary,
}
