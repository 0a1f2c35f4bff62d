using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class RetrievalSetTest
{
    /// <summary>Figures of the data's own README (BM25, k1 0.9, b 0.4), made by another program; runs where the data stands beside the repository.</summary>
    [TestMethod]
    [DataRow("squality", 127, 508, 69.1, 63.2)]
    [DataRow("scifact", 5_183, 300, 66.2, 54.3)]
    [DataRow("nq", 2_600, 2_655, 84.5, 74.7)]
    public void Load_Bm25GivesTheKnownFigures(string name, int documents, int queries, double ndcg, double accuracy)
    {
        if (Shared.Root is null)
            return;
        var set = RetrievalSet.Load(name, Path.Combine(Shared.Root, "data"), 0);
        Assert.HasCount(documents, set.Documents);
        Assert.HasCount(queries, set.Queries);
        var metrics = RetrievalRun.OfBm25(set);
        Assert.AreEqual(ndcg, 100 * metrics.Ndcg(10).Value, 0.051);
        Assert.AreEqual(accuracy, 100 * metrics.HitRate(1).Value, 0.1); // equal scores in the first place: two of nq's queries
    }

    [TestMethod]
    public void Load_ASplitKeepsItsQueries_AndAllDocuments()
    {
        if (Shared.Root is null)
            return;
        var data = Path.Combine(Shared.Root, "data");
        var set = RetrievalSet.Load("squality", data, 0, "test");
        Assert.HasCount(127, set.Documents);
        Assert.HasCount(208, set.Queries); // 52 stories, 4 questions each
        Assert.HasCount(809, RetrievalSet.Load("scifact", data, 0, "train").Queries);
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => RetrievalSet.Load("squality", data, 0, "val")).Message, "train, dev, test", StringComparison.Ordinal);
    }

    [TestMethod]
    public void Load_AnUnknownSetListsTheKnown() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => RetrievalSet.Load("msmarco", ".", 0)).Message,
            "qmsum, squality, squality-summaries, scifact, nq",
            StringComparison.Ordinal);
}
