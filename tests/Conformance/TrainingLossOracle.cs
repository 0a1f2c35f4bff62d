namespace ML.Extensions.Tests.Conformance;

/// <summary>Losses on vectors in double, by plain loops, from the papers' formulas.</summary>
internal static class TrainingLossOracle
{
    public static double Cosine(double[] a, double[] b) => Dot(a, b) / Math.Sqrt(Dot(a, a) * Dot(b, b));

    /// <summary>Mean of 1 - cos, or of squared differences.</summary>
    public static double Distillation(double[][] x, double[][] y, bool squared) => x.Zip(y, (a, b) => squared
        ? a.Zip(b, (u, v) => (u - v) * (u - v)).Average() : 1 - Cosine(a, b)).Average();

    /// <summary>KL of similarity rows, the diagonal left out.</summary>
    public static double Similarities(double[][] student, double[][] teacher, double temperature)
    {
        double[][] Rows(double[][] x) => [.. x.Select((a, i) => Softmax([.. x.Where((_, j) => j != i).Select(b => Cosine(a, b) / temperature)]))];
        return Rows(teacher).Zip(Rows(student), (p, q) => p.Zip(q, (u, v) => u * Math.Log(u / v)).Sum()).Average();
    }

    /// <summary>InfoNCE. A document that is the same text as the row's positive is left out, as is the positive of a row of the same group.</summary>
    public static double Contrastive(double[][] queries, double[][] documents, int[] texts, double temperature, int?[]? groups = null)
    {
        var sum = 0.0;
        for (var i = 0; i < queries.Length; i++)
        {
            var all = 0.0;
            for (var j = 0; j < documents.Length; j++)
                if (j == i || (texts[j] != texts[i] && !(groups is not null && j < groups.Length && groups[i] is not null && groups[i] == groups[j])))
                    all += Math.Exp(Cosine(queries[i], documents[j]) / temperature);
            sum -= (Cosine(queries[i], documents[i]) / temperature) - Math.Log(all);
        }

        return sum / queries.Length;
    }

    public static double Regression(double[][] a, double[][] b, double[] scores) =>
        Enumerable.Range(0, a.Length).Average(i => Math.Pow(Cosine(a[i], b[i]) - scores[i], 2));

    /// <summary>ln(1 + Σ over pairs in the wrong order).</summary>
    public static double Ranked(double[] similarities, double[] scores, double scale)
    {
        var sum = 1.0;
        for (var i = 0; i < scores.Length; i++)
            for (var j = 0; j < scores.Length; j++)
                if (scores[i] < scores[j])
                    sum += Math.Exp(scale * (similarities[i] - similarities[j]));
        return Math.Log(sum);
    }

    /// <summary>AnglE's similarity: both vectors as complex numbers, divided, brought to length 1, summed.</summary>
    public static double Angle(double[] x, double[] y)
    {
        var half = x.Length / 2;
        var quotients = Enumerable.Range(0, half).Select(j =>
            new System.Numerics.Complex(x[j], x[half + j]) / new System.Numerics.Complex(y[j], y[half + j])).ToArray();
        // The paper divides by Σ|y|², then by |x| / |y|: the quotient of each pair times |y_j|² / (|x| |y|).
        var (lengthX, lengthY) = (Math.Sqrt(Dot(x, x)), Math.Sqrt(Dot(y, y)));
        return Math.Abs(Enumerable.Range(0, half).Sum(j =>
        {
            var weight = ((y[j] * y[j]) + (y[half + j] * y[half + j])) / (lengthX * lengthY);
            return (quotients[j].Real + quotients[j].Imaginary) * weight;
        }));
    }

    private static double Dot(double[] a, double[] b) => a.Zip(b, (u, v) => u * v).Sum();

    private static double[] Softmax(double[] x)
    {
        var sum = x.Sum(Math.Exp);
        return [.. x.Select(v => Math.Exp(v) / sum)];
    }
}
