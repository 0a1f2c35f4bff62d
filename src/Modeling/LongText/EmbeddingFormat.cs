namespace ML.Extensions.LongText;

/// <summary>Element format of an embedding column.</summary>
public enum EmbeddingFormat
{
    /// <summary>One float a dimension.</summary>
    Float32,

    /// <summary>
    /// One signed byte a dimension: round(127 · v / max|v|), scale-free for cosine similarity; or, with ranges, the step of
    /// the dimension's range that v is in, less 128.
    /// </summary>
    Int8,

    /// <summary>One bit a dimension, v &gt; 0, most significant bit first, eight to a byte (sentence-transformers' ubinary).</summary>
    Binary,

    /// <summary>One byte a dimension: the step of the dimension's range that v is in, 0 to 255. Needs ranges.</summary>
    UInt8,

    /// <summary>As <see cref="Binary"/>, each byte less 128 as a signed one (sentence-transformers' binary).</summary>
    SignedBinary,
}
