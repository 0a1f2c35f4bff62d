namespace ML.Extensions.LongText;

/// <summary>How two embeddings of a model are compared. Larger is nearer. Source: sentence-transformers' SimilarityFunction.</summary>
public enum SimilarityFunction
{
    /// <summary>Cosine of the angle, from -1 to 1; 0 where a vector is zero.</summary>
    Cosine,

    /// <summary>Inner product.</summary>
    Dot,

    /// <summary>Minus the Euclidean distance.</summary>
    Euclidean,

    /// <summary>Minus the sum of the absolute differences.</summary>
    Manhattan,
}
