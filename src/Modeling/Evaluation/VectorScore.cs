using System.Numerics;
using System.Runtime.InteropServices;
using ML.Extensions.LongText;

namespace ML.Extensions.Evaluation;

/// <summary>Similarity of many pairs. A pair's score depends on nothing but the pair, so equal vectors get equal scores.</summary>
internal static class VectorScore
{
    /// <summary>What <see cref="Of"/> wants: for the cosine a copy of length 1 (zero stays zero), else the vector itself.</summary>
    /// <exception cref="ArgumentException">A component is no finite number.</exception>
    public static float[] Prepare(SimilarityFunction function, EmbeddingRow row, string what)
    {
        double squares = 0;
        foreach (var v in row.Vector)
            squares += (double)v * v;
        if (!double.IsFinite(squares))
            throw new ArgumentException($"The embedding of {what} '{row.Id}' holds NaN or infinity.");
        if (function != SimilarityFunction.Cosine || squares == 0)
            return row.Vector;
        var scale = 1 / Math.Sqrt(squares);
        return Array.ConvertAll(row.Vector, v => (float)(v * scale));
    }

    /// <summary>Similarity of two prepared vectors of equal length; larger is nearer.</summary>
    public static double Of(SimilarityFunction function, float[] a, float[] b) =>
        function is SimilarityFunction.Cosine or SimilarityFunction.Dot ? Dot(a, b) : function.Of(a, b);

    private static float Dot(float[] a, float[] b)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(a);
        var y = MemoryMarshal.Cast<float, Vector<float>>(b);
        Vector<float> s0 = default, s1 = default;
        var i = 0;
        for (; i + 2 <= x.Length; i += 2)
        {
            s0 += x[i] * y[i];
            s1 += x[i + 1] * y[i + 1];
        }

        if (i < x.Length)
            s0 += x[i] * y[i];
        var sum = Vector.Sum(s0 + s1);
        for (i = x.Length * Vector<float>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
