using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Training;
using TorchSharp;

namespace ML.Extensions.Tests.Training;

[TestClass]
[DoNotParallelize]
public sealed class TrainableEncoderTest
{
    private static readonly int[][] Texts = TinyModel.Texts(1, 20, 11, 11, 5, 2);

    [TestMethod]
    [DataRow(null)]
    [DataRow("rope")]
    [DataRow("alibi")]
    public void Forward_IsTheInferenceEncoders(string? positions)
    {
        using var model = new TinyModel(positions: positions);
        using var encoder = model.Open();
        using var checkpoint = EmbeddingCheckpoints.Open(model.Model);
        using var inference = TextEncoders.Create(checkpoint.Config, checkpoint.Weights, Precision.Float32, ComputeDevice.Cpu, "tiny");
        using var scope = torch.NewDisposeScope();
        foreach (var output in Enum.GetValues<EncoderOutput>())
            Assert.IsLessThan(1e-5f, (encoder.Forward(Packed(Texts), output) - inference.Encode(Packed(Texts), output)).abs().max().item<float>());
    }

    [TestMethod]
    [DataRow(null, false)]
    [DataRow(null, true)]
    [DataRow("rope", false)]
    [DataRow("rope", true)]
    [DataRow("alibi", false)]
    public void Gradients_AreFiniteDifferences(string? positions, bool recompute)
    {
        using var model = new TinyModel("pooling_mode_mean_tokens", positions);
        using var encoder = model.Open(recompute: recompute);
        var random = new Random(5);
        var batch = TrainingBatch.Of(Texts) with { Targets = [.. Texts.Select(_ => Enumerable.Range(0, TinyModel.Width).Select(_ => random.NextSingle() - 0.5f).ToArray())] };
        var task = new TrainingTask(new Distillation(), TrainingStream.From(_ => batch));
        new TaskStep(encoder, 1_000).Run(task, batch, 1);
        using var scope = torch.NewDisposeScope();
        foreach (var parameter in encoder.Parameters)
        {
            var gradient = parameter.Gradient!.flatten();
            var place = gradient.abs().argmax().item<long>();
            const float step = 1e-2f;
            var slope = (Loss(step) - Loss(-step)) / (2 * step);
            Assert.AreEqual(gradient[place].item<float>(), slope, 2e-4 + (0.02 * Math.Abs(slope)), parameter.Name);

            double Loss(float change)
            {
                using var inner = torch.NewDisposeScope();
                using var _ = torch.no_grad();
                parameter.Master.view(-1)[place].add_(change);
                var tokens = Packed(Texts);
                var vectors = encoder.Pool(encoder.Forward(tokens), tokens, EncoderOutput.AllTokens);
                var loss = task.Objective.Loss(vectors, batch, torch.tensor([.. batch.Targets.SelectMany(t => t)], [Texts.Length, TinyModel.Width])).item<float>();
                parameter.Master.view(-1)[place].sub_(change);
                return loss;
            }
        }
    }

    [TestMethod]
    public void RotaryTwin_GivesItsFirstTokenWhatItHad()
    {
        using var model = new TinyModel();
        using var encoder = model.Open(new RotaryTwin());
        using var plain = model.Open();
        using var scope = torch.NewDisposeScope();
        Assert.AreEqual(PositionKind.Rotary, encoder.Spec.Positions);
        torch.Tensor Sum(TrainableEncoder of, int id) => of.Weights()["embeddings.word_embeddings.weight"][id] + of.Weights()["embeddings.token_type_embeddings.weight"][0];
        var table = plain.Weights()["embeddings.position_embeddings.weight"];
        Near(Sum(plain, 2) + table[0], Sum(encoder, 2));
        Near(Sum(plain, 9) + table.mean([0]), Sum(encoder, 9));
    }

    [TestMethod]
    [DataRow(torch.ScalarType.Float32, 1e-5f)]
    [DataRow(torch.ScalarType.Float16, 2e-2f)]
    public void Save_WritesAFolderThatOpens(torch.ScalarType type, float within)
    {
        using var model = new TinyModel();
        using var encoder = model.Open(new RotaryTwin());
        using var target = new TempFolder();
        encoder.Save(target["twin"], type);
        using var embedder = LongTextEmbedder.Open(EmbeddingModel.FromFolder(target["twin"]), new() { Precision = Precision.Float32 }, ComputeDevice.Cpu);
        using var again = TrainableEncoder.Open(EmbeddingModel.FromFolder(target["twin"]), new() { Precision = Precision.Float32 });
        using var scope = torch.NewDisposeScope();
        var tokens = Packed(TinyModel.Texts(4, 9));
        Near(encoder.Forward(tokens), again.Forward(tokens), within);
        Assert.HasCount(TinyModel.Width, embedder.Embed(["w1 w2 w3"])[0].Vector);
        Assert.IsEmpty(Directory.EnumerateFileSystemEntries(target.Root).Where(f => f.EndsWith(".tmp", StringComparison.Ordinal)));
    }

    private static void Near(torch.Tensor expected, torch.Tensor actual, float within = 1e-6f) =>
        Assert.IsLessThan(within, (expected - actual).abs().max().item<float>());

    private static PackedTokens Packed(int[][] texts) => new([.. texts.SelectMany(t => t)], [.. texts.Select(t => t.Length)]);
}
