using System.Numerics.Tensors;

namespace ML.Extensions.Search;

/// <summary>Arithmetic on vectors of length 1.</summary>
internal static class Vectors
{
    /// <summary>Cosine similarity.</summary>
    public static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b) => TensorPrimitives.Dot(a, b);
}
