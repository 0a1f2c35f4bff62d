namespace ML.Extensions.Benchmarks;

/// <summary>Vectors of length one.</summary>
internal static class UnitVector
{
    public static float[] Of(ReadOnlySpan<float> values)
    {
        var vector = values.ToArray();
        var norm = MathF.Sqrt(vector.Sum(v => v * v));
        for (var i = 0; i < vector.Length; i++)
            vector[i] /= norm;
        return vector;
    }

    /// <summary>Product of two.</summary>
    public static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();
}
