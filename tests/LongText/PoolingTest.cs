using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class PoolingTest
{
    private static readonly float[] States = [1, -2, 3, 4, -5, 9]; // three tokens of width two

    [TestMethod]
    [DataRow(PoolingMode.Cls, 0, 1f, -2f)]
    [DataRow(PoolingMode.Cls, 1, 3f, 4f)]
    [DataRow(PoolingMode.LastToken, 0, -5f, 9f)]
    [DataRow(PoolingMode.Max, 0, 3f, 9f)]
    [DataRow(PoolingMode.Mean, 0, -1f / 3, 11f / 3)]
    [DataRow(PoolingMode.Mean, 1, -1f, 6.5f)]
    [DataRow(PoolingMode.MeanSqrtLength, 0, -0.57735027f, 6.3508530f)]
    [DataRow(PoolingMode.WeightedMean, 0, -8f / 6, 33f / 6)]
    [DataRow(PoolingMode.WeightedMean, 1, -9f / 5, 35f / 5)]
    public void Pool_AgreesWithHandComputation(PoolingMode mode, int from, float first, float second)
    {
        var pooled = Pooling.Pool(mode, States, 2, from);
        Assert.AreEqual(first, pooled[0], 1e-6f);
        Assert.AreEqual(second, pooled[1], 1e-6f);
    }

    [TestMethod]
    public void AddScaled_CoversEveryElement()
    {
        var sums = new float[37];
        var row = Enumerable.Range(0, 37).Select(i => (float)i).ToArray();
        Pooling.AddScaled(sums, row, 2);
        CollectionAssert.AreEqual(row.Select(x => 2 * x).ToArray(), sums);
    }
}
