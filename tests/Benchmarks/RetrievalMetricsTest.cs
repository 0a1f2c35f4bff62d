using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class RetrievalMetricsTest
{
    [TestMethod]
    public void Ndcg_OneRelevant_IsTheDiscountOfItsRank()
    {
        Assert.AreEqual(1, RetrievalMetrics.Ndcg([7, 1, 2], new HashSet<int> { 7 }, 10));
        Assert.AreEqual(0.5, RetrievalMetrics.Ndcg([1, 2, 7], new HashSet<int> { 7 }, 10), 1e-12); // 1 / log2(4)
        Assert.AreEqual(0, RetrievalMetrics.Ndcg([1, 2, 7], new HashSet<int> { 7 }, 2));
    }

    [TestMethod]
    public void Ndcg_SeveralRelevant_DividesByTheBestRanking()
    {
        // Ranks 1 and 3 of the best 1 and 2: (1 + 0.5) / (1 + 1/log2(3)) = 1.5 / 1.6309297535714573.
        Assert.AreEqual(0.91972078914818763, RetrievalMetrics.Ndcg([4, 9, 5], new HashSet<int> { 4, 5 }, 10), 1e-12);
        // Three relevant, two places: both taken is as good as it gets.
        Assert.AreEqual(1, RetrievalMetrics.Ndcg([1, 2, 9], new HashSet<int> { 1, 2, 3 }, 2), 1e-12);
    }

    [TestMethod]
    public void Ndcg_NothingRelevant_IsZero()
    {
        Assert.AreEqual(0, RetrievalMetrics.Ndcg([1, 2], new HashSet<int>(), 10));
        Assert.AreEqual(0, RetrievalMetrics.Ndcg([], new HashSet<int> { 1 }, 10));
    }

    [TestMethod]
    public void Accuracy_LooksAtTheFirstPlaceOnly()
    {
        Assert.AreEqual(1, RetrievalMetrics.Accuracy([3, 1], new HashSet<int> { 3 }));
        Assert.AreEqual(0, RetrievalMetrics.Accuracy([1, 3], new HashSet<int> { 3 }));
        Assert.AreEqual(0, RetrievalMetrics.Accuracy([], new HashSet<int> { 3 }));
    }

    [TestMethod]
    public void Hubs_IsTheShareOfTheMostFrequentWinner()
    {
        Assert.AreEqual(0.5, RetrievalMetrics.Hubs([1, 2, 1, 3]));
        Assert.AreEqual(0, RetrievalMetrics.Hubs([]));
    }

    [TestMethod]
    public void Rank_EqualScoresKeepTheirOrder() =>
        CollectionAssert.AreEqual(new[] { 1, 0, 2 }, RetrievalMetrics.Rank([0.5, 0.9, 0.5]));
}
