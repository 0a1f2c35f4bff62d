using ML.Extensions.Attention;
using ML.Extensions.Tests.Conformance;

namespace ML.Extensions.Tests.Attention;

/// <summary>Our attention kernel against plain loops in double.</summary>
[TestClass]
public sealed class CpuAttentionTest
{
    private const int Gap = 7; // floats between rows that belong to others

    public static IEnumerable<(int Length, int Width)> Sizes =>
        from l in (int[])[1, 5, 23, 24, 25, 63, 64, 65, 255, 256, 257, 600] from d in (int[])[32, 64, 128] select (l, d);

    [TestMethod]
    [DynamicData(nameof(Sizes))]
    public void Run_EqualsTheOracle(int length, int width) => Check<WideTile>(length, width, 1, 1e-5);

    [TestMethod]
    [DynamicData(nameof(Sizes))]
    public void Run_InNarrowTiles_EqualsTheOracle(int length, int width) => Check<NarrowTile>(length, width, 1, 1e-5);

    [TestMethod]
    public void Run_InNarrowTiles_TakesMultiplesOf16() => Check<NarrowTile>(100, 48, 1, 1e-5);

    [TestMethod]
    public void Run_HoldsWithLogitsOfEverySize() => Check<WideTile>(300, 32, 40, 1e-4); // logits to several hundred

    [TestMethod]
    public void Fits_KnowsItsWidths()
    {
        Assert.IsTrue(CpuAttention.Fits(32));
        Assert.IsTrue(CpuAttention.Fits(64));
        Assert.IsTrue(CpuAttention.Fits(128));
        Assert.IsFalse(CpuAttention.Fits(24));
        Assert.IsFalse(CpuAttention.Fits(0));
    }

    private static unsafe void Check<TTile>(int length, int width, float size, double tolerance)
        where TTile : IAttentionTile
    {
        if (!TTile.Supported)
            Assert.Inconclusive($"This processor does not run {typeof(TTile).Name}.");
        var random = new Random((length * 1_000) + width);
        float[] Rows() => [.. Enumerable.Range(0, length * (width + Gap)).Select(_ => ((float)random.NextDouble() - 0.5f) * 2 * size)];
        var (q, k, v) = (Rows(), Rows(), Rows());
        var output = Enumerable.Repeat(-7f, length * (width + 3)).ToArray();
        var scale = 1 / Math.Sqrt(width);
        fixed (float* a = q, b = k, c = v, y = output)
            CpuAttention.Run<TTile>(a, b, c, width + Gap, length, length, width, (float)scale, y, width + 3);
        var expected = AttentionOracle.Full(q, k, v, length, width, width + Gap, scale);
        for (var i = 0; i < length; i++)
        {
            for (var j = 0; j < width; j++)
                Assert.AreEqual(expected[i, j], output[(i * (width + 3)) + j], tolerance * size, $"row {i}, column {j}");
            for (var j = width; j < width + 3; j++)
                Assert.AreEqual(-7f, output[(i * (width + 3)) + j], "between the rows");
        }
    }
}
