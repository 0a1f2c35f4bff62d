using System.Reflection;
using ML.Extensions.DefaultModel;
using ML.Extensions.Devices;
using ML.Extensions.LongText;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class DefaultRopeTest
{
    private const string Words = "embeddings.word_embeddings.weight";

    private static readonly string[] Texts =
    [
        "The quick brown fox jumps over the lazy dog.",
        "Returns the number of elements in a sequence.",
        "A treaty was signed after the war, and the army withdrew in the spring of the following year.",
        "how do I reset a forgotten password",
    ];

    [TestMethod]
    public void Vectors_AreNearlyTheTeachers()
    {
        EmbedderSettings settings = new() { Precision = Precision.Float32 };
        using var teacher = LongTextEmbedder.Open(EmbeddingModel.ArcticXs, settings, ComputeDevice.Cpu);
        using var twin = LongTextEmbedder.Open(EmbeddingModel.DefaultRope, settings, ComputeDevice.Cpu);
        var cosines = teacher.Embed(Texts).Zip(twin.Embed(Texts), (a, b) => a.Vector.Zip(b.Vector, (x, y) => x * y).Sum()).ToArray();
        Assert.IsTrue(cosines.All(c => c is > 0.95f and < 1.0001f), string.Join(", ", cosines));
        CollectionAssert.AreEquivalent(teacher.Prompts.ToArray(), twin.Prompts.ToArray());
        Assert.AreNotEqual(teacher.ContentHash, twin.ContentHash);
    }

    [TestMethod]
    public void Window_StretchesBySelfExtend()
    {
        using var twin = LongTextEmbedder.Open(EmbeddingModel.DefaultRope, new() { Extension = ContextExtension.SelfExtend(), MaxTokens = 2_048 }, ComputeDevice.Cpu);
        var vector = twin.Embed([string.Join(' ', Enumerable.Repeat(Texts[2], 40))]).Single().Vector;
        Assert.AreEqual(1, vector.Sum(x => (double)x * x), 1e-4);
    }

    [TestMethod]
    public void Words_AreTheTeachersButForTheFirstToken()
    {
        using var teacher = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        using var twin = EmbeddingCheckpoints.Open(EmbeddingModel.DefaultRope);
        using var scope = NewDisposeScope();
        var differ = teacher.Weights.Read(Words).ne(twin.Weights.Read(Words)).any(1).nonzero().data<long>().ToArray();
        CollectionAssert.AreEqual(new long[] { teacher.Tokenizer.Prefix[0] }, differ);
        Assert.IsFalse(twin.Weights.Entries.Keys.Any(n => n.Contains("position_embeddings", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Package_HoldsAtMost24Megabytes()
    {
        var assembly = Assembly.Load("ML.Extensions.Models.Default");
        var bytes = assembly.GetManifestResourceNames().Sum(n => assembly.GetManifestResourceStream(n)!.Length);
        Assert.IsTrue(bytes is > 1_000_000 and <= PackCommand.MostBytes, $"{bytes} bytes");
    }

    [TestMethod]
    public void Files_OpenTheSameModelAgain()
    {
        var files = ModelFiles.Read(EmbeddingModel.DefaultRope);
        using var again = ModelFiles.Open(EmbeddingModel.DefaultRope, files);
        using var packaged = EmbeddingCheckpoints.Open(EmbeddingModel.DefaultRope);
        Assert.AreEqual(packaged.ContentHash, again.ContentHash);
        var error = Assert.ThrowsExactly<InvalidDataException>(() => ModelFiles.Open(EmbeddingModel.DefaultRope, files.Where(f => f.Key != "config.json").ToDictionary()));
        StringAssert.Contains(error.Message, "config.json", StringComparison.Ordinal);
    }
}
