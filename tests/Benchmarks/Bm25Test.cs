using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class Bm25Test
{
    // Lengths 2, 3, 1; mean 2. "cat" is in two of three: idf = ln(1 + 1.5/2.5) = ln 1.6. "dog" is in one: ln(1 + 2.5/1.5) = ln(8/3).
    private static readonly string[] Documents = ["The CAT", "cat cat dog", "bird"];

    [TestMethod]
    public void Score_HandComputed()
    {
        var scores = new Bm25(Documents, k1: 0.9, b: 0.4).Score("cat");
        Assert.AreEqual(Math.Log(1.6) * 1.9 / 1.9, scores[0], 1e-12); // norm 0.9 · (0.6 + 0.4 · 2/2) = 0.9
        Assert.AreEqual(Math.Log(1.6) * 3.8 / 3.08, scores[1], 1e-12); // norm 0.9 · (0.6 + 0.4 · 3/2) = 1.08
        Assert.AreEqual(0, scores[2]);
    }

    [TestMethod]
    public void Score_RepeatedTermsCountEachTime_AndUnknownOnesNothing()
    {
        var index = new Bm25(Documents);
        var once = index.Score("dog");
        Assert.AreEqual(Math.Log(8.0 / 3) * 1.9 / 2.08, once[1], 1e-12);
        Assert.AreEqual(2 * once[1], index.Score("dog, Dog! whale")[1], 1e-12);
    }
}
