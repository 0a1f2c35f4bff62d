namespace ML.Extensions.LongText;

/// <summary>Form of an embedding column.</summary>
public sealed record LongTextEmbeddingOutput
{
    /// <summary>Whether vectors are given length 1 at the end. False leaves them as the model's own modules make them, a closing Normalize among them.</summary>
    /// <value>Default: true.</value>
    public bool Normalize { get; init; } = true;

    /// <summary>Leading dimensions kept (Matryoshka), cut before normalising.</summary>
    /// <value>Default: null, all.</value>
    public int? Dimensions
    {
        get;
        init => field = value is null or >= 1 ? value : throw new ArgumentOutOfRangeException(
            nameof(Dimensions), value, "Dimensions must be at least 1.");
    }

    /// <summary>Element format.</summary>
    /// <value>Default: <see cref="EmbeddingFormat.Float32"/>.</value>
    public EmbeddingFormat Format { get; init; } = EmbeddingFormat.Float32;

    /// <summary>Range of each dimension, for <see cref="EmbeddingFormat.Int8"/> and <see cref="EmbeddingFormat.UInt8"/>.</summary>
    /// <value>Default: null; <see cref="EmbeddingFormat.Int8"/> then scales each vector by its own largest value.</value>
    public EmbeddingRanges? Ranges { get; init; }
}
