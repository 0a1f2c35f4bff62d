using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class RetrievalSetTest
{
    /// <summary>Figures of the data's own README (BM25, k1 0.9, b 0.4), made by another program; runs where the data stands beside the repository.</summary>
    [TestMethod]
    [DataRow("squality", 127, 508, 69.1, 63.2)]
    [DataRow("scifact", 5_183, 300, 66.2, 54.3)]
    public void Load_Bm25GivesTheKnownFigures(string name, int documents, int queries, double ndcg, double accuracy)
    {
        if (Shared.Root is null)
            return;
        var set = RetrievalSet.Load(name, Path.Combine(Shared.Root, "data"), 0);
        Assert.HasCount(documents, set.Documents);
        Assert.HasCount(queries, set.Queries);
        var index = new Bm25(set.Documents);
        var rankings = set.Queries.Select(q => RetrievalMetrics.Rank(index.Score(q))).ToArray();
        Assert.AreEqual(ndcg, 100 * rankings.Select((r, q) => RetrievalMetrics.Ndcg(r, set.Relevant[q], 10)).Average(), 0.051);
        Assert.AreEqual(accuracy, 100 * rankings.Select((r, q) => RetrievalMetrics.Accuracy(r, set.Relevant[q])).Average(), 0.051);
    }

    [TestMethod]
    public void Load_AnUnknownSetListsTheKnown() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => RetrievalSet.Load("msmarco", ".", 0)).Message,
            "qmsum, squality, scifact",
            StringComparison.Ordinal);
}
