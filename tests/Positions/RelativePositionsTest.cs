using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Positions;

/// <summary>ALiBi's slopes and T5's buckets against plain loops.</summary>
[TestClass]
public sealed class RelativePositionsTest
{
    [TestMethod]
    public void Slopes_HalveForPowersOf2() =>
        CollectionAssert.AreEqual(new[] { 1f / 2, 1f / 4, 1f / 8, 1f / 16, 1f / 32, 1f / 64, 1f / 128, 1f / 256 }, Alibi.Slopes(8));

    [TestMethod]
    public void Slopes_OfTwelveHeadsTakeEverySecondOfSixteen()
    {
        var slopes = Alibi.Slopes(12);
        Assert.HasCount(12, slopes);
        for (var h = 0; h < 4; h++)
            Assert.AreEqual(Math.Pow(2, -0.5 * ((2 * h) + 1)), slopes[8 + h], 1e-7);
    }

    [TestMethod]
    public void AlibiBias_FallsOnBothSides()
    {
        using var scope = NewDisposeScope();
        var bias = Alibi.Bias(tensor(new float[] { -2, 0, 3 }).view(1, 1, 3), 2).data<float>().ToArray();
        CollectionAssert.AreEqual(new[] { -2f / 16, 0, -3f / 16, -2f / 256, 0, -3f / 256 }, bias);
    }

    [TestMethod]
    [DataRow(true, 32, 128)]
    [DataRow(false, 32, 128)]
    [DataRow(true, 8, 20)]
    public void Buckets_AgreeWithLoops(bool bidirectional, int buckets, int most)
    {
        using var scope = NewDisposeScope();
        var distances = Enumerable.Range(-300, 601).ToArray();
        var found = RelativeBuckets.Of(tensor(Array.ConvertAll(distances, d => (float)d)), buckets, bidirectional, most).data<long>().ToArray();
        for (var n = 0; n < distances.Length; n++)
            Assert.AreEqual(Bucket(distances[n], buckets, bidirectional, most), found[n], $"distance {distances[n]}");
    }

    [TestMethod]
    public void BucketBias_ReadsTheTable()
    {
        using var scope = NewDisposeScope();
        var table = arange(16, ScalarType.Float32).view(8, 2);
        var bias = RelativeBuckets.Bias(tensor(new float[] { -1, 0, 1 }).view(1, 1, 3), table, true, 20);
        CollectionAssert.AreEqual(new[] { 2f, 0, 10, 3, 1, 11 }, bias.contiguous().data<float>().ToArray());
    }

    private static long Bucket(int distance, int buckets, bool bidirectional, int most)
    {
        var first = 0;
        if (bidirectional)
        {
            buckets /= 2;
            first = distance > 0 ? buckets : 0;
            distance = Math.Abs(distance);
        }
        else
        {
            distance = distance > 0 ? 0 : -distance;
        }

        var exact = buckets / 2;
        if (distance < exact)
            return first + distance;
        var step = (int)(MathF.Log((float)distance / exact) / (float)Math.Log((double)most / exact) * (buckets - exact));
        return first + Math.Min(exact + step, buckets - 1);
    }
}
