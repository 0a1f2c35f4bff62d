namespace ML.Extensions.LongText;

/// <summary>Compares embeddings.</summary>
public static class Similarity
{
    /// <summary>Similarity of two vectors; larger is nearer.</summary>
    /// <param name="function">Which one; <c>EmbeddingModelInfo.Similarity</c> is the model's own.</param>
    /// <param name="a">A vector, [D].</param>
    /// <param name="b">Another one of the same model, [D].</param>
    /// <exception cref="ArgumentException">The vectors have different lengths.</exception>
    public static double Of(this SimilarityFunction function, ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        if (a.Length != b.Length)
            throw new ArgumentException($"The vectors have {a.Length} and {b.Length} dimensions. Compare vectors of one model and one form.", nameof(b));
        double dot = 0, lengthA = 0, lengthB = 0, squares = 0, distances = 0;
        for (var i = 0; i < a.Length; i++)
        {
            double x = a[i], y = b[i];
            dot += x * y;
            lengthA += x * x;
            lengthB += y * y;
            squares += (x - y) * (x - y);
            distances += Math.Abs(x - y);
        }

        return function switch
        {
            SimilarityFunction.Cosine => dot / Math.Max(1e-12, Math.Sqrt(lengthA) * Math.Sqrt(lengthB)),
            SimilarityFunction.Dot => dot,
            SimilarityFunction.Euclidean => -Math.Sqrt(squares),
            SimilarityFunction.Manhattan => -distances,
            _ => throw new ArgumentOutOfRangeException(nameof(function), function, "Unknown similarity function."),
        };
    }
}
