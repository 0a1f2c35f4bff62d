using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class SimilarityTest
{
    [TestMethod]
    [DataRow(SimilarityFunction.Cosine, 0.6)]
    [DataRow(SimilarityFunction.Dot, 6.0)]
    [DataRow(SimilarityFunction.Euclidean, -4.1231056256)]
    [DataRow(SimilarityFunction.Manhattan, -5.0)]
    public void Of_AgreesWithHandComputation(SimilarityFunction function, double expected) =>
        Assert.AreEqual(expected, function.Of([2, 0], [3, 4]), 1e-9);

    [TestMethod]
    public void Of_AZeroVectorHasNoDirection() => Assert.AreEqual(0, SimilarityFunction.Cosine.Of([0, 0], [3, 4]));

    [TestMethod]
    public void Of_RefusesOtherLengths() =>
        Assert.Contains("1 and 2 dimensions", Assert.ThrowsExactly<ArgumentException>(() => SimilarityFunction.Dot.Of([1], [1, 2])).Message);
}
