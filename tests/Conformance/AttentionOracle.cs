namespace ML.Extensions.Tests.Conformance;

/// <summary>softmax(q kᵀ · scale) v in plain loops and doubles.</summary>
internal static class AttentionOracle
{
    /// <summary>One head; row i of each begins at i · stride. The result is [L, d].</summary>
    public static double[,] Full(float[] q, float[] k, float[] v, int length, int width, int stride, double scale)
    {
        var result = new double[length, width];
        for (var i = 0; i < length; i++)
        {
            var logits = new double[length];
            for (var j = 0; j < length; j++)
                for (var c = 0; c < width; c++)
                    logits[j] += (double)q[(i * stride) + c] * k[(j * stride) + c] * scale;
            var largest = logits.Max();
            var weights = Array.ConvertAll(logits, x => Math.Exp(x - largest));
            var total = weights.Sum();
            for (var j = 0; j < length; j++)
                for (var c = 0; c < width; c++)
                    result[i, c] += weights[j] / total * v[(j * stride) + c];
        }

        return result;
    }
}
