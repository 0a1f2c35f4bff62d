using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tests.Checkpoints;

[TestClass]
public sealed class WeightFilesTest
{
    private const string Index = "model.safetensors.index.json";

    public static IEnumerable<(string Index, string Message)> BadIndexes =>
    [
        ("""{"weight_map":{"w":"../a.safetensors"}}""", "is '../a.safetensors'; only plain names"),
        ("""{"weight_map":{"w":"/etc/passwd"}}""", "only plain names"),
        ("""{"weight_map":{"w":"sub\\a.safetensors"}}""", "only plain names"),
        ("""{"weight_map":{"w":"C:a.safetensors"}}""", "only plain names"),
        ("""{"weight_map":{"w":".."}}""", "only plain names"),
        ("""{"weight_map":{"w":""}}""", "only plain names"),
        ("""{"weight_map":{"w":1}}""", "tensor 'w' is not a string"),
        ("""{"weight_map":{"w":"b.safetensors"}}""", "the shard 'b.safetensors' is not in"),
        ("""{"weight_map":{"v":"a.safetensors"}}""", "tensor 'v' is not in the shard 'a.safetensors'"),
        ("""{"weight_map":{"w":"a.safetensors","w":"a.safetensors"}}""", "'w' occurs twice"),
        ("""{"weight_map":[]}""", "no object 'weight_map'"),
        ("[]", "expected Object"),
        ("{", "not valid JSON"),
    ];

    [TestMethod]
    public void Open_JoinsShards()
    {
        using var folder = new TempFolder();
        folder.Write("a.safetensors", SampleFiles.Safetensors());
        folder.Write(Index, """{"weight_map":{"w":"a.safetensors","b":"a.safetensors"}}""");
        using var weights = WeightFiles.Open(folder.Root);
        using var w = weights.Read("w");
        Assert.AreEqual(6, w.numel());
        CollectionAssert.AreEqual(new[] { Index, "a.safetensors" }, WeightFiles.Names(folder.Root).ToArray());
    }

    [TestMethod, DynamicData(nameof(BadIndexes))]
    public void Open_RefusesBadIndexes(string index, string message)
    {
        using var folder = new TempFolder();
        folder.Write("a.safetensors", SampleFiles.Safetensors());
        folder.Write(Index, index);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightFiles.Open(folder.Root));
        Assert.Contains(message, error.Message);
        Assert.StartsWith(Index, error.Message);
    }

    [TestMethod]
    public void Open_SaysWhatItLookedFor()
    {
        using var folder = new TempFolder();
        var error = Assert.ThrowsExactly<InvalidDataException>(() => WeightFiles.Open(folder.Root));
        Assert.Contains("Looked for model.safetensors, model.safetensors.index.json, pytorch_model.bin, pytorch_model.bin.index.json", error.Message);
    }

    [TestMethod]
    public void ReadFloat_ConvertsAndNamesBothShapes()
    {
        using var folder = new TempFolder();
        folder.Write("model.safetensors", SampleFiles.Safetensors());
        using var weights = WeightFiles.Open(folder.Root);
        var named = new NamedWeights(weights, "w");
        using var b = named.ReadFloat("b", 2);
        CollectionAssert.AreEqual(new float[] { 10, 11 }, b.data<float>().ToArray());
        Assert.Contains("'w' has shape [2, 3]; config.json needs [3, 2]", Assert.ThrowsExactly<InvalidDataException>(() => named.ReadFloat("w", 3, 2)).Message);
        Assert.Contains("no tensor 'x'", Assert.ThrowsExactly<InvalidDataException>(() => named.ReadFloat("x", 3, 2)).Message);
    }
}
