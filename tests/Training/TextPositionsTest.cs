using System.Text.Json;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Training;
using ML.Extensions.Transformers;
using TorchSharp;

namespace ML.Extensions.Tests.Training;

[TestClass]
[DoNotParallelize]
public sealed class TextPositionsTest
{
    private const double Base = 777;

    /// <summary>All kinds, by their names.</summary>
    public static IEnumerable<object[]> Names => TextPositions.All.Select(p => new object[] { p.Name });

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Network_ComputesWhatDoubleLoopsCompute(string name)
    {
        using var model = new TinyModel(activation: "relu");
        using var encoder = Open(model, name);
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        foreach (var parameter in encoder.Parameters) // a start from scratch is nearly flat: positions would hardly show
            parameter.Master.mul_(parameter.Master.dim() > 1 ? 20 : 1);
        var weights = encoder.Weights().ToDictionary(w => w.Key, w => w.Value.contiguous().data<float>().ToArray());
        var oracle = new TransformerOracle(encoder.Spec, n => weights[n], name == "rope" ? Base : 0, TinyModel.Width / 2);
        foreach (var text in TinyModel.Texts(4, 31, 9, 2))
        {
            var expected = oracle.Encode(text, [.. Enumerable.Range(0, text.Length).Select(p => (double)p)], null, 1);
            var states = encoder.Forward(new(text, [text.Length])).data<float>().ToArray();
            for (var i = 0; i < states.Length; i++)
                Assert.AreEqual(expected[i / TinyModel.Width][i % TinyModel.Width], states[i], 2e-5, $"{name}, {text.Length} tokens, number {i}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Order_IsSeenByAllButNone(string name)
    {
        using var model = new TinyModel();
        using var encoder = Open(model, name);
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        foreach (var parameter in encoder.Parameters)
            parameter.Master.mul_(parameter.Master.dim() > 1 ? 20 : 1);
        int[] text = [2, 10, 11, 12, 13, 14, 3], turned = [2, 14, 11, 12, 13, 10, 3];
        var (a, b) = (encoder.Forward(new(text, [7]), EncoderOutput.FirstToken), encoder.Forward(new(turned, [7]), EncoderOutput.FirstToken));
        var difference = (a - b).abs().max().item<float>();
        Assert.AreEqual(name == "none", difference < 1e-5f, $"{difference}");
    }

    [TestMethod]
    [DynamicData(nameof(Names))]
    public void Training_LowersTheLoss_AndTheFolderGivesTheSameVectors(string name)
    {
        using var model = new TinyModel();
        using var folder = new TempFolder();
        var rows = Enumerable.Range(0, 16).Select(i => new TrainingRow(TinyModel.Texts(i, 12)[0], TinyModel.Texts(i + 50, 20)[0])).ToArray();
        var losses = new List<double>();
        string[] texts = ["w1 w2 w3 w4", "w4 w3 w2 w1", string.Join(' ', Enumerable.Range(0, 25).Select(i => $"w{i}"))];
        float[][] expected;
        using (var encoder = Open(model, name))
        {
            using var scope = torch.NewDisposeScope();
            var before = encoder.Parameters.Select(p => p.Master.clone()).ToArray();
            new EmbeddingTrainingRun(encoder, [new(new Contrastive(), new RowStream(rows, 10_000, 16, 1))], new()
            {
                Steps = 40, LearningRate = new(1e-2, 4), Progress = p => losses.Add(p.Loss),
            }).Run();
            foreach (var (parameter, old) in encoder.Parameters.Zip(before))
                Assert.IsGreaterThan(0, (parameter.Master - old).abs().max().item<float>(), parameter.Name);
            encoder.Save(folder["trained"]);
            using var _ = torch.no_grad();
            expected = [.. texts.Select(t =>
            {
                int[] ids = [.. encoder.Tokenizer.Prefix, .. encoder.Tokenizer.Encode(t).Ids, .. encoder.Tokenizer.Suffix];
                return torch.nn.functional.normalize(encoder.Forward(new(ids, [ids.Length]), EncoderOutput.FirstToken)).data<float>().ToArray();
            })];
        }

        Assert.IsLessThan(losses[0] / 2, losses[^1], string.Join(", ", losses.Select(l => l.ToString("F3", System.Globalization.CultureInfo.InvariantCulture))));
        using var embedder = LongTextEmbedder.Open(EmbeddingModel.FromFolder(folder["trained"]), new() { Precision = Precision.Float32 }, ComputeDevice.Cpu);
        foreach (var (e, a) in expected.Zip(embedder.Embed(texts)))
            for (var d = 0; d < e.Length; d++)
                Assert.AreEqual(e[d], a.Vector[d], 2e-5f);
        using var config = JsonDocument.Parse(File.ReadAllText(folder["trained/config.json"]));
        Assert.AreEqual(name, config.RootElement.GetProperty("position_embedding_type").GetString());
    }

    [TestMethod]
    public void WrongChoices_AreRefused()
    {
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => TextPositions.Parse("spiral")).Message, "alibi", StringComparison.Ordinal);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new RotaryPositions(1));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new SinusoidalPositions(double.NaN));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BucketPositions(6));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new BucketPositions(32, 8));
        var config = JsonSerializer.SerializeToElement(new { relative_attention_num_buckets = 7, hidden_size = 16, num_hidden_layers = 1, num_attention_heads = 2 });
        Assert.ThrowsExactly<InvalidDataException>(() => new BucketPositions().Read(new ModelConfig(config, "tiny")));
    }

    private static TrainableEncoder Open(TinyModel model, string name)
    {
        var positions = name == "rope" ? new RotaryPositions(Base) : TextPositions.Parse(name);
        return model.Open(new ScratchPositions(positions).Then(new RandomStart(5)));
    }
}
