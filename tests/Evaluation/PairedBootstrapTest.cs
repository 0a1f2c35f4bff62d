using ML.Extensions.Evaluation;

namespace ML.Extensions.Tests.Evaluation;

[TestClass]
public class PairedBootstrapTest
{
    [TestMethod]
    public void Of_StandardErrorIsThatOfTheMean()
    {
        var random = new Random(5);
        var differences = Enumerable.Range(0, 400).Select(_ => random.NextDouble() - 0.4).ToArray();
        var found = PairedBootstrap.Of(differences, 4_000, 1);
        var mean = MetricMean.Of(differences);
        Assert.AreEqual(mean.Value, found.Difference, 1e-12);
        Assert.AreEqual(mean.StandardError, found.StandardError, 0.05 * mean.StandardError);
        Assert.AreEqual(mean.Value - (1.96 * mean.StandardError), found.Low, 0.2 * mean.StandardError);
        Assert.AreEqual(mean.Value + (1.96 * mean.StandardError), found.High, 0.2 * mean.StandardError);
        Assert.IsLessThan(0.001, found.PValue);
        Assert.AreEqual(found, PairedBootstrap.Of(differences, 4_000, 1));
        Assert.AreNotEqual(found, PairedBootstrap.Of(differences, 4_000, 2));
    }

    [TestMethod]
    public void Of_NoDifference_IsNoEvidence()
    {
        Assert.AreEqual(1, PairedBootstrap.Of(new double[50], 1_000, 1).PValue);
        Assert.IsGreaterThan(0.5, PairedBootstrap.Of([1, -1, 1, -1, 1, -1], 1_000, 1).PValue);
    }

    [TestMethod]
    public void CompareTo_PairsByQuery_AndNamesWhatIsMissing()
    {
        var better = Metrics(("a", 1), ("b", 2), ("c", 1));
        var worse = Metrics(("c", 2), ("a", 2), ("b", 2));
        var found = better.CompareTo(worse, RetrievalMetric.ReciprocalRank);
        Assert.AreEqual(1 / 3.0, found.Difference, 1e-12);
        Assert.AreEqual(-found.Difference, worse.CompareTo(better, RetrievalMetric.ReciprocalRank).Difference, 1e-12);
        Assert.Contains("no query 'c'", Assert.ThrowsExactly<ArgumentException>(() => better.CompareTo(Metrics(("a", 1), ("b", 1)))).Message);
        Assert.Contains("has the query 'c'", Assert.ThrowsExactly<ArgumentException>(() => Metrics(("a", 1), ("b", 1)).CompareTo(better)).Message);
    }

    private static RetrievalMetrics Metrics(params (string Id, int Rank)[] queries)
    {
        var judged = new Dictionary<string, JudgedDocument> { ["d"] = new(1, null) };
        return new([.. queries.Select(q => new QueryRanking(q.Id, [.. Enumerable.Repeat("x", q.Rank - 1), "d"], judged, complete: true))], 0);
    }
}
