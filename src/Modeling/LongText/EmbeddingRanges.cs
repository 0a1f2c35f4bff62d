namespace ML.Extensions.LongText;

/// <summary>
/// The range of each dimension over a sample of embeddings, from which bytes are made: the range is cut into 255 steps and
/// values outside it are clipped. Source: sentence-transformers' quantize_embeddings.
/// </summary>
public sealed class EmbeddingRanges : IEquatable<EmbeddingRanges>
{
    private const int Steps = 255;
    private readonly float[] _minimum;
    private readonly float[] _maximum;

    /// <summary>Ranges that are known.</summary>
    /// <param name="minimum">Smallest value of each dimension, [D].</param>
    /// <param name="maximum">Largest value of each dimension, [D].</param>
    /// <exception cref="ArgumentException">The lengths differ, or a minimum is above its maximum or no number.</exception>
    public EmbeddingRanges(IReadOnlyList<float> minimum, IReadOnlyList<float> maximum)
    {
        ArgumentNullException.ThrowIfNull(minimum);
        ArgumentNullException.ThrowIfNull(maximum);
        if (minimum.Count != maximum.Count)
            throw new ArgumentException($"There are {minimum.Count} smallest and {maximum.Count} largest values; each dimension has one of both.", nameof(maximum));
        (_minimum, _maximum) = ([.. minimum], [.. maximum]);
        for (var d = 0; d < _minimum.Length; d++)
        {
            if (!float.IsFinite(_minimum[d]) || !float.IsFinite(_maximum[d]) || _minimum[d] > _maximum[d])
                throw new ArgumentException($"Dimension {d} goes from {_minimum[d]} to {_maximum[d]}; expected finite numbers in rising order.", nameof(minimum));
        }
    }

    /// <summary>Smallest value of each dimension, [D].</summary>
    public IReadOnlyList<float> Minimum => _minimum;

    /// <summary>Largest value of each dimension, [D].</summary>
    public IReadOnlyList<float> Maximum => _maximum;

    /// <summary>The ranges over a sample; a few thousand vectors of the texts at hand will do.</summary>
    /// <param name="vectors">Embeddings in the form that is to be coded (same dimensions, normalised or not), at least one.</param>
    /// <exception cref="ArgumentException">There are none, or their lengths differ.</exception>
    public static EmbeddingRanges Of(IEnumerable<float[]> vectors)
    {
        ArgumentNullException.ThrowIfNull(vectors);
        float[]? minimum = null, maximum = null;
        foreach (var vector in vectors)
        {
            minimum ??= [.. vector];
            maximum ??= [.. vector];
            if (vector.Length != minimum.Length)
                throw new ArgumentException($"Vectors have {minimum.Length} and {vector.Length} dimensions. Ranges are those of one form of one model.", nameof(vectors));
            for (var d = 0; d < vector.Length; d++)
                (minimum[d], maximum[d]) = (Math.Min(minimum[d], vector[d]), Math.Max(maximum[d], vector[d]));
        }

        return new(minimum ?? throw new ArgumentException("There are no vectors to take ranges from.", nameof(vectors)), maximum!);
    }

    /// <inheritdoc/>
    public bool Equals(EmbeddingRanges? other) =>
        other is not null && _minimum.AsSpan().SequenceEqual(other._minimum) && _maximum.AsSpan().SequenceEqual(other._maximum);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as EmbeddingRanges);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(_minimum.Length, _minimum.FirstOrDefault(), _maximum.FirstOrDefault());

    /// <summary>floor((v - minimum) / ((maximum - minimum) / 255)) in float32, clipped to 0 … 255; 0 where the range is empty.</summary>
    internal byte[] Bytes(float[] vector)
    {
        var bytes = new byte[vector.Length];
        for (var d = 0; d < bytes.Length; d++)
        {
            var step = (_maximum[d] - _minimum[d]) / Steps;
            var at = MathF.Floor((vector[d] - _minimum[d]) / step);
            bytes[d] = step > 0 ? (byte)Math.Clamp(at, 0, Steps) : (byte)0;
        }

        return bytes;
    }
}
