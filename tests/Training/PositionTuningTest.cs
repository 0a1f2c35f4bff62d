using ML.Extensions.Devices;
using ML.Extensions.LongText;
using ML.Extensions.Training;
using TorchSharp;

namespace ML.Extensions.Tests.Training;

[TestClass]
[DoNotParallelize]
public sealed class PositionTuningTest
{
    private const string Table = "embeddings.position_embeddings.weight";
    private const int Longer = 4 * TinyModel.Window;

    [TestMethod]
    [DataRow(true, Precision.Float32)]
    [DataRow(false, Precision.Float32)]
    [DataRow(true, Precision.BFloat16)]
    public void Training_ChangesNewRowsAlone_AndShortTextsKeepTheirBits(bool interpolated, Precision precision)
    {
        using var model = new TinyModel();
        using var folder = new TempFolder();
        var tuning = new PositionTuning(Longer, interpolated);
        using var encoder = model.Open(tuning, precision: precision);
        using var plain = model.Open();
        using var scope = torch.NewDisposeScope();
        tuning.Freeze(encoder);
        var before = encoder.Weights().ToDictionary(w => w.Key, w => w.Value.clone());
        var rows = Enumerable.Range(0, 12).Select(i => new TrainingRow(TinyModel.Texts(i, 20)[0], TinyModel.Texts(i + 50, 30)[0])).ToArray();
        var stream = tuning.Place(new RowStream(rows, 1_000, 6, 1), 1);
        new EmbeddingTrainingRun(encoder, [new(new Contrastive(), stream)], new() { Steps = 8, LearningRate = new(1e-2) }).Run();
        var after = encoder.Weights();
        var file = plain.Weights();
        foreach (var (name, value) in file.Where(w => w.Key != Table))
            Assert.IsTrue(value.Equals(after[name]), name);
        var original = file[Table];
        var stride = Longer / TinyModel.Window;
        var kept = interpolated ? torch.arange(TinyModel.Window) * stride : torch.arange(TinyModel.Window);
        Assert.IsTrue(original.Equals(after[Table].index_select(0, kept)));
        var changed = (before[Table] - after[Table]).abs().sum(1).gt(0).sum().item<long>();
        Assert.IsGreaterThan(TinyModel.Window, changed);
        Assert.IsLessThanOrEqualTo(Longer - TinyModel.Window, changed);

        encoder.Save(folder["tuned"]);
        string[] texts = ["w1 w2 w3", "w4 w5", string.Join(' ', Enumerable.Repeat("w7", 30))];
        string[] mixed = [.. texts, string.Join(' ', Enumerable.Repeat("w8", 100)), string.Join(' ', Enumerable.Repeat("w9", 300))];
        var expected = Embed(model.Model, texts);
        Equal(expected, Embed(EmbeddingModel.FromFolder(folder["tuned"]), texts));
        foreach (var (e, a) in expected.Zip(Embed(EmbeddingModel.FromFolder(folder["tuned"]), mixed)))
            for (var d = 0; d < e.Length; d++)
                Assert.AreEqual(e[d], a[d], 1e-6f); // a batch of other shape rounds otherwise
    }

    [TestMethod]
    public void Smooth_GivesNeighboursOneGradient()
    {
        using var model = new TinyModel();
        var tuning = new PositionTuning(Longer);
        using var encoder = model.Open(tuning);
        using var scope = torch.NewDisposeScope();
        tuning.Freeze(encoder);
        tuning.Smooth(encoder, 1);
        var gradient = torch.zeros(Longer, 1);
        gradient[(4 * 5) + 2].fill_(3);
        gradient[1].fill_(2);
        encoder.Parameter(Table).Shaped!(gradient);
        for (var row = 0; row < Longer; row++)
        {
            var expected = row is 18 or 22 or 26 ? 1 : row is 1 ? 1 : row is 5 ? 2 / 3f : 0; // the first row has one neighbour
            Assert.AreEqual(expected, gradient[row, 0].item<float>(), 1e-6f, $"row {row}");
        }
    }

    [TestMethod]
    public void UntunedRows_AreInterpolation()
    {
        using var model = new TinyModel();
        using var folder = new TempFolder();
        using (var encoder = model.Open(new PositionTuning(Longer)))
            encoder.Save(folder["untuned"]);
        var text = string.Join(' ', Enumerable.Range(0, 100).Select(i => $"w{i % 50}"));
        var stretched = Embed(EmbeddingModel.FromFolder(folder["untuned"]), [text])[0];
        var inference = Embed(model.Model, [text], ContextExtension.PositionInterpolation(4))[0];
        foreach (var (a, b) in stretched.Zip(inference))
            Assert.AreEqual(b, a, 1e-5f);
    }

    [TestMethod]
    public void Apply_RefusesWhatItCannotStretch()
    {
        using var model = new TinyModel();
        using var rotary = new TinyModel(positions: "rope");
        Assert.ThrowsExactly<ArgumentException>(() => model.Open(new PositionTuning(TinyModel.Window + 1)));
        Assert.ThrowsExactly<NotSupportedException>(() => rotary.Open(new PositionTuning(Longer)));
    }

    private static float[][] Embed(EmbeddingModel model, string[] texts, ContextExtension? extension = null)
    {
        using var embedder = LongTextEmbedder.Open(
            model, new() { Precision = Precision.Float32, Extension = extension ?? ContextExtension.GroupedPositions() }, ComputeDevice.Cpu);
        return [.. embedder.Embed(texts).Select(e => e.Vector)];
    }

    private static void Equal(float[][] expected, float[][] actual)
    {
        foreach (var (e, a) in expected.Zip(actual))
            CollectionAssert.AreEqual(e, a);
    }
}
