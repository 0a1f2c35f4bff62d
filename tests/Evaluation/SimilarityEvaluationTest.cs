using Microsoft.ML;
using ML.Extensions.Evaluation;

namespace ML.Extensions.Tests.Evaluation;

[TestClass]
public class SimilarityEvaluationTest
{
    private static readonly MLContext Ml = new(seed: 1);

    // Angles of 0, 30, 90, 60 degrees against scores 5, 4, 1, 1.
    private static readonly ScoredPair[] Pairs =
    [
        Pair(0, 5), Pair(30, 4), Pair(90, 1), Pair(60, 1),
    ];

    [TestMethod]
    public void Evaluate_HandComputed()
    {
        var metrics = Evaluate(Pairs);
        Assert.AreEqual(4, metrics.Count);
        // Ranks 4, 3, 1, 2 against 4, 3, 1.5, 1.5: 4.5 / √(5 · 4.5).
        Assert.AreEqual(4.5 / Math.Sqrt(22.5), metrics.Spearman, 1e-9);
        double[] x = [1, Math.Sqrt(0.75), 0, 0.5], y = [5, 4, 1, 1];
        var (mx, my) = (x.Average(), y.Average());
        var r = x.Zip(y).Sum(p => (p.First - mx) * (p.Second - my))
            / Math.Sqrt(x.Sum(a => (a - mx) * (a - mx)) * y.Sum(b => (b - my) * (b - my)));
        Assert.AreEqual(r, metrics.Pearson, 1e-6);
        Assert.AreEqual(1 - (r * r), metrics.PearsonStandardError, 1e-6);
    }

    [TestMethod]
    public void Evaluate_AConstantScoreHasNoCorrelation()
    {
        var metrics = Evaluate([Pair(0, 2), Pair(40, 2), Pair(90, 2)]);
        Assert.IsTrue(double.IsNaN(metrics.Spearman) && double.IsNaN(metrics.Pearson));
    }

    [TestMethod]
    public void CompareTo_SeesTheDifferenceOfSpearman()
    {
        var worse = Evaluate([Pair(90, 5), Pair(30, 4), Pair(0, 1), Pair(60, 1)]);
        var found = Evaluate(Pairs).CompareTo(worse);
        Assert.AreEqual(Evaluate(Pairs).Spearman - worse.Spearman, found.Difference, 1e-12);
        Assert.Contains("Row 0 has the score 4", Assert.ThrowsExactly<ArgumentException>(
            () => worse.CompareTo(Evaluate([Pair(90, 4), Pair(30, 4), Pair(0, 1), Pair(60, 1)]))).Message);
    }

    [TestMethod]
    public void Evaluate_ErrorsNameTheRow()
    {
        Assert.Contains("row 1 is NaN", Assert.Throws<ArgumentException>(() => Evaluate([Pair(0, 1), Pair(1, float.NaN)])).Message);
        Assert.Contains("1 rows", Assert.Throws<ArgumentException>(() => Evaluate([Pair(0, 1)])).Message);
        Assert.Contains("'Leftt'", Assert.Throws<ArgumentException>(
            () => Ml.Regression.EvaluateSimilarity(Ml.Data.LoadFromEnumerable(Pairs), "Leftt", "Right")).Message);
    }

    private static SimilarityMetrics Evaluate(ScoredPair[] pairs) =>
        Ml.Regression.EvaluateSimilarity(Ml.Data.LoadFromEnumerable(pairs), "Left", "Right");

    private static ScoredPair Pair(double degrees, float score)
    {
        var angle = degrees * Math.PI / 180;
        return new() { Left = [2, 0], Right = [Math.Cos(angle), Math.Sin(angle)], Label = score };
    }
}
