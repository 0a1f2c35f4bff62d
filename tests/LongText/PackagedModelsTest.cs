using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class PackagedModelsTest
{
    private const string Text = "The quick brown fox jumps over the lazy dog.";

    [TestMethod]
    public void ArcticXs_GivesTheReferenceValues() =>
        StartsWith(EmbeddingModel.ArcticXs, [0.029338, 0.033651, 0.001445, -0.033134, -0.027690]);

    [TestMethod]
    public void MiniLM_GivesTheReferenceValues() =>
        StartsWith(EmbeddingModel.MiniLM, [0.043934, 0.058934, 0.048178, 0.077548, 0.026744]);

    private static void StartsWith(EmbeddingModel model, double[] expected)
    {
        using var embedder = LongTextEmbedder.Open(model, new() { Precision = Precision.Float32 }, ComputeDevice.Cpu);
        var vector = embedder.Embed([Text]).Single().Vector;
        Assert.HasCount(384, vector);
        for (var i = 0; i < expected.Length; i++)
            Assert.AreEqual(expected[i], vector[i], 1e-6, $"dimension {i}");
    }
}
