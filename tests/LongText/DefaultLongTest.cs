using ML.Extensions.Devices;
using ML.Extensions.LongText;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.LongText;

[TestClass]
[DoNotParallelize]
public sealed class DefaultLongTest
{
    private const string Sentence = "A treaty was signed after the war, and the army withdrew in the spring of the following year.";

    private static readonly string[] Texts =
    [
        "how do I reset a forgotten password",
        Sentence,
        string.Join(' ', Enumerable.Repeat(Sentence, 10)),
        string.Join(' ', Enumerable.Repeat("spring", 510)), // fills the old window
    ];

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)]
    public void TextsWithinTheOldWindow_HaveTheBasesVectorsToTheBit(Precision precision)
    {
        EmbedderSettings settings = new() { Precision = precision };
        using var model = LongTextEmbedder.Open(EmbeddingModel.ArcticXs, settings, ComputeDevice.Cpu);
        using var stretched = LongTextEmbedder.Open(EmbeddingModel.DefaultLong, settings, ComputeDevice.Cpu);
        foreach (var text in Texts)
            CollectionAssert.AreEqual(model.Embed([text]).Single().Vector, stretched.Embed([text]).Single().Vector, text[..20]);
        Assert.AreEqual(2_048, stretched.Window);
        Assert.AreNotEqual(model.ContentHash, stretched.ContentHash);
    }

    [TestMethod]
    public void OldRows_StandBetweenTheNewOnes()
    {
        using var model = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        using var stretched = EmbeddingCheckpoints.Open(EmbeddingModel.DefaultLong);
        using var scope = NewDisposeScope();
        var (old, table) = (model.Weights.Read(StretchedWeights.Table), stretched.Weights.Read(StretchedWeights.Table));
        Assert.IsTrue(table.index_select(0, arange(512) * 4).equal(old).all().item<bool>());
        var untuned = lerp(table[4], table[8], 0.5);
        Assert.IsGreaterThan(1e-3f, (table[6] - untuned).abs().max().item<float>()); // it was trained
    }

    [TestMethod]
    public void LongTexts_AreReadAtOnce()
    {
        using var stretched = LongTextEmbedder.Open(EmbeddingModel.DefaultLong, new() { Extension = ContextExtension.None }, ComputeDevice.Cpu);
        var text = string.Join(' ', Enumerable.Repeat(Sentence, 80));
        var (whole, other) = (stretched.Embed([text]).Single(), stretched.Embed([text[..^200] + " a horse"]).Single());
        Assert.IsGreaterThan(1_000, whole.TokensUsed);
        CollectionAssert.AreNotEqual(whole.Vector, other.Vector);
    }

    [TestMethod]
    public void AnotherBase_IsRefused()
    {
        var files = ModelFiles.Read(EmbeddingModel.DefaultLong).ToDictionary();
        using (var again = ModelFiles.Open(EmbeddingModel.DefaultLong, files))
        using (var packaged = EmbeddingCheckpoints.Open(EmbeddingModel.DefaultLong))
            Assert.AreEqual(packaged.ContentHash, again.ContentHash);
        files["vocab.txt"] = [.. files["vocab.txt"], .. "\nanother"u8];
        var error = Assert.ThrowsExactly<InvalidDataException>(() => ModelFiles.Open(EmbeddingModel.DefaultLong, files));
        StringAssert.Contains(error.Message, "content hash", StringComparison.Ordinal);
        files.Remove("positions.safetensors");
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => ModelFiles.Open(EmbeddingModel.DefaultLong, files)).Message, "positions.safetensors", StringComparison.Ordinal);
    }
}
