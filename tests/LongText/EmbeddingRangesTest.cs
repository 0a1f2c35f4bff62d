using Microsoft.ML;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class EmbeddingRangesTest
{
    [TestMethod]
    public void Bytes_CutTheRangeIntoStepsAndClip()
    {
        var ranges = EmbeddingRanges.Of([[0f, -1f, 3f], [255f, 1f, 3f]]);
        CollectionAssert.AreEqual(new byte[] { 10, 0, 0 }, ranges.Bytes([10.9f, -1f, 3f]));
        CollectionAssert.AreEqual(new byte[] { 255, 255, 0 }, ranges.Bytes([300f, 2f, 9f])); // an empty range has one step
        CollectionAssert.AreEqual(new sbyte[] { -118, -128, -128 }, EmbeddingCodes.Int8([10.9f, -9f, 3f], ranges));
    }

    [TestMethod]
    public void Of_NeedsVectorsOfOneLength()
    {
        Assert.Contains("no vectors", Assert.ThrowsExactly<ArgumentException>(() => EmbeddingRanges.Of([])).Message);
        Assert.Contains("2 and 1 dimensions", Assert.ThrowsExactly<ArgumentException>(() => EmbeddingRanges.Of([[1f, 2f], [1f]])).Message);
        Assert.Contains("from 2 to 1", Assert.ThrowsExactly<ArgumentException>(() => new EmbeddingRanges([2f], [1f])).Message);
    }

    [TestMethod]
    public void Pipeline_GivesBytesOfTheRanges()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(Samples.Documents(4));
        var compute = new LongTextCompute { Precision = Precision.Float32 };
        using var plain = ml.Fit(data, new() { Compute = compute });
        var vectors = plain.Transform(data).Vectors();
        var ranges = EmbeddingRanges.Of(vectors);
        using var coded = ml.Fit(data, new() { Compute = compute, Output = new() { Format = EmbeddingFormat.UInt8, Ranges = ranges } });
        var view = coded.Transform(data);
        var rows = view.GetColumn<byte[]>("Embedding").ToArray();
        for (var i = 0; i < rows.Length; i++)
        {
            var expected = ranges.Bytes(vectors[i]);
            for (var d = 0; d < expected.Length; d++)
                Assert.AreEqual(expected[d], rows[i][d], 1.0, $"row {i}, dimension {d}");
        }
    }

    [TestMethod]
    public void Estimator_RefusesRangesThatDoNotFit()
    {
        var ml = new MLContext(seed: 1);
        var data = ml.Data.LoadFromEnumerable(Samples.Documents(1));
        Assert.Contains("needs Output.Ranges", Assert.ThrowsExactly<ArgumentException>(() => ml.Fit(data, new() { Output = new() { Format = EmbeddingFormat.UInt8 } })).Message);
        Assert.Contains("has no use for it", Assert.ThrowsExactly<ArgumentException>(() => ml.Fit(data, new() { Output = new() { Ranges = new([0f], [1f]) } })).Message);
        Assert.Contains("has 1 dimensions", Assert.ThrowsExactly<ArgumentException>(
            () => ml.Fit(data, new() { Output = new() { Format = EmbeddingFormat.Int8, Ranges = new([0f], [1f]) } })).Message);
    }
}
