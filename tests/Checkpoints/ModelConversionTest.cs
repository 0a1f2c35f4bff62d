using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using TorchSharp;

namespace ML.Extensions.Tests.Checkpoints;

[TestClass]
public sealed class ModelConversionTest
{
    [TestMethod]
    public void Convert_CopiesAFolderThatOpensAsBefore()
    {
        using var folder = new TempFolder();
        Directory.CreateDirectory(folder["source"]);
        using var source = new TempFolder();
        SampleFiles.Folder(source);
        source.Write("onnx/model.onnx", [1, 2, 3]);
        ModelConversion.Convert(source.Root, folder["out"]);
        using var before = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(source.Root));
        using var after = EmbeddingCheckpoints.Open(EmbeddingModel.FromFolder(folder["out"]));
        CollectionAssert.AreEquivalent(before.Weights.Entries.Keys.ToArray(), after.Weights.Entries.Keys.ToArray());
        Assert.HasCount(before.Heads.Count, after.Heads);
        Assert.IsFalse(Directory.Exists(folder["out/onnx"]));
        Assert.Contains("is there already", Assert.ThrowsExactly<IOException>(() => ModelConversion.Convert(source.Root, folder["out"])).Message);
        var told = new List<(int, int)>();
        ModelConversion.Convert(source.Root, folder["out"], "float16", overwrite: true, (done, all) => told.Add((done, all)));
        Assert.AreEqual((before.Weights.Entries.Count, before.Weights.Entries.Count), told[^1]);
        using var half = WeightFiles.Open(folder["out"]);
        Assert.IsTrue(half.Entries.Values.All(e => e.Type == ElementType.Float16));
        CollectionAssert.AreEquivalent(new[] { "out", "source" }, Directory.GetFileSystemEntries(folder.Root).Select(Path.GetFileName).ToArray());
    }

    [TestMethod]
    public void Convert_RenewsNamesAndWritesWeightsAlone()
    {
        using var folder = new TempFolder();
        using var scope = torch.NewDisposeScope();
        SafetensorsWriter.Write(folder["old.safetensors"], new Dictionary<string, torch.Tensor> { ["n.gamma"] = torch.ones(2), ["n.beta"] = torch.zeros(2), ["ids"] = torch.arange(3) });
        ModelConversion.Convert(folder["old.safetensors"], folder["new.safetensors"], "bfloat16");
        using var file = new SafetensorsFile(folder["new.safetensors"]);
        CollectionAssert.AreEquivalent(new[] { "n.weight", "n.bias", "ids" }, file.Entries.Keys.ToArray());
        Assert.AreEqual(ElementType.Int64, file.Entries["ids"].Type);
        Assert.AreEqual(ElementType.BFloat16, file.Entries["n.weight"].Type);
        CollectionAssert.AreEqual(new float[] { 1, 1 }, file.Read("n.weight").to(torch.ScalarType.Float32).data<float>().ToArray());
        Assert.Contains("Known: float32", Assert.ThrowsExactly<ArgumentException>(() => ModelConversion.Convert(folder["old.safetensors"], folder["x"], "int4")).Message);
        Assert.Contains("no such file or folder", Assert.ThrowsExactly<InvalidDataException>(() => ModelConversion.Convert(folder["none"], folder["x"])).Message);
        Assert.IsFalse(Path.Exists(folder["x"]));
    }
}
