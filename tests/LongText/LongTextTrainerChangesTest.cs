using System.Text.Json;
using Microsoft.ML;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Training;

namespace ML.Extensions.Tests.LongText;

[TestClass]
[DoNotParallelize]
public sealed class LongTextTrainerChangesTest
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void LargerRotaryBase_IsTrainedOn()
    {
        using var start = new TinyModel(positions: "rope");
        using var folder = new TempFolder();
        var losses = new Progress();
        LongTextTrainingOptions Options(double rate) => Base(start, losses) with
        {
            Epochs = 8, Change = new() { RotaryBase = 500_000 }, OutputFolder = folder["abf"], Schedule = new() { LearningRate = rate },
        };
        var data = Data();
        using var plain = Embedder(start.Model, data);
        float[][] turned;
        using (var still = Train(Options(1e-12)))
            turned = still.Transform(data).Vectors();
        Assert.IsGreaterThan(1e-4f, Distance(plain.Transform(data).Vectors(), turned)); // the same weights under another base
        losses.Steps.Clear();
        using var model = Train(Options(2e-3));
        Assert.IsLessThan(losses.Steps[0].Loss, losses.Steps[^1].Loss);
        using var config = JsonDocument.Parse(File.ReadAllText(folder["abf/config.json"]));
        Assert.AreEqual(500_000, config.RootElement.GetProperty("rope_theta").GetDouble());
        using var opened = Embedder(EmbeddingModel.FromFolder(folder["abf"]), data);
        Samples.SameVectors(opened.Transform(data).Vectors(), model.Transform(data).Vectors(), 0);
    }

    [TestMethod]
    public void RandomWeights_DependOnTheSeedAlone()
    {
        using var start = new TinyModel();
        using var folder = new TempFolder();
        float[][] Vectors(int seed, double rate, Progress? progress = null)
        {
            var options = Base(start, progress ?? new());
            using var model = Train(options with
            {
                Epochs = 8, Change = new() { RandomWeights = true }, Schedule = new() { LearningRate = rate }, Compute = options.Compute with { Seed = seed },
            });
            return model.Transform(Data()).Vectors();
        }

        var losses = new Progress();
        Samples.SameVectors(Vectors(1, 5e-3, losses), Vectors(1, 5e-3), 0);
        Assert.IsGreaterThan(1e-3f, Distance(Vectors(1, 1e-12), Vectors(2, 1e-12)));
        Assert.AreEqual(Math.Log(8), losses.Steps[0].Loss, 0.6); // chance among eight
        Assert.IsLessThan(losses.Steps.Take(3).Average(s => s.Loss) - 0.3, losses.Steps.TakeLast(3).Average(s => s.Loss));
        using var plain = Embedder(start.Model, Data());
        Assert.IsGreaterThan(1e-2f, Distance(plain.Transform(Data()).Vectors(), Vectors(1, 1e-12)));
    }

    [TestMethod]
    public void Positions_AreThoseOfTheTransformerThatComesOut()
    {
        using var start = new TinyModel();
        using var folder = new TempFolder();
        var data = Data();
        using var model = Train(Base(start, new()) with { Change = new() { RandomWeights = true, Positions = new BucketPositions(8, 16) }, OutputFolder = folder["t5"] });
        using var opened = Embedder(EmbeddingModel.FromFolder(folder["t5"]), data);
        Samples.SameVectors(opened.Transform(data).Vectors(), model.Transform(data).Vectors(), 0);
        Assert.AreEqual("relative", EmbeddingModelInfo.Read(EmbeddingModel.FromFolder(folder["t5"])).Positions);
        Fails<ArgumentException>("RandomWeights", start, new() { Positions = new AlibiPositions() });
        Fails<ArgumentException>("RotaryBase", start, new() { Positions = new AlibiPositions(), RandomWeights = true, RotaryBase = 100 });
        Fails<ArgumentException>("Positions", start, new() { Positions = new AlibiPositions(), NewPositions = new(64) });
    }

    [TestMethod]
    [DataRow(DistillationLoss.Cosine, 1.0)]
    [DataRow(DistillationLoss.MeanSquared, 0.0)]
    [DataRow(DistillationLoss.Similarities, 0.0)]
    public void TeacherModel_IsApproached(DistillationLoss loss, double tokenWeight)
    {
        using var teacher = new TinyModel();
        using var student = new TinyModel();
        var losses = new Progress();
        var data = Data();
        float Gap(LongTextEmbeddingTransformer model)
        {
            using var taught = Embedder(teacher.Model, data);
            var (a, b) = (taught.Transform(data).Vectors(), model.Transform(data).Vectors());
            static float Cosine(float[] x, float[] y) => x.Zip(y, (l, r) => l * r).Sum();
            return loss == DistillationLoss.Similarities // vectors may be turned; how alike texts are may not
                ? a.Zip(b).Skip(1).Select(p => Math.Abs(Cosine(p.First, a[0]) - Cosine(p.Second, b[0]))).Average()
                : a.Zip(b, (x, y) => 1 - Cosine(x, y)).Average();
        }

        LongTextEmbeddingTransformer Learn(double epochs, double rate) => Train(
            Base(student, losses) with { Epochs = epochs, Change = new() { RotaryBase = 10_000 }, Schedule = new() { LearningRate = rate } },
            TextEmbeddingObjective.FromTeacherModel(teacher.Model, loss, tokenWeight));
        using var untaught = Learn(1, 1e-12);
        using var learnt = Learn(30, 3e-3);
        Assert.IsLessThan(Gap(untaught) / 2, Gap(learnt), $"{Gap(untaught)} before");
        Assert.IsLessThan(losses.Steps[0].Loss / 2, losses.Steps[^1].Loss);
    }

    [TestMethod]
    public void TeacherModel_ThatDoesNotFit_IsNamed()
    {
        using var student = new TinyModel();
        using var mean = new TinyModel("pooling_mode_mean_tokens");
        void Refused(EmbeddingModel teacher, string expected) => StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => Train(Base(student, new()), TextEmbeddingObjective.FromTeacherModel(teacher))).Message, expected);
        Refused(EmbeddingModel.ArcticXs, "tokenizer");
        Refused(mean.Model, "pools by");
    }

    [TestMethod]
    public void EarlyEnd_KeepsTheBestWeightsAsTheyWere()
    {
        using var start = new TinyModel();
        var (ended, first) = (new Progress(), new Progress());
        var held = _ml.Data.LoadFromEnumerable(Rows().Select((r, i) => new Row { Text = r.Text, Other = Rows().ElementAt((i + 1) % 12).Other })); // wrong ones: better training is worse here
        LongTextTrainingOptions Options(Progress progress, double epochs) => Base(start, progress) with
        {
            Epochs = epochs, Schedule = new() { LearningRate = 5e-3, WarmUp = 0, Decay = LearningRateDecay.None },
        };
        using var model = Train(Options(ended, 60) with { Validation = new(held) { Every = 3, Patience = 4 } });
        var metrics = ended.Steps.Where(s => s.Metric is not null).ToArray();
        var best = metrics.First(m => m.Metric == metrics.Max(o => o.Metric));
        Assert.AreEqual(best.Step + 12, ended.Steps[^1].Step); // four validations without a better one
        using var early = Train(Options(first, best.Step / 3.0));
        Assert.AreEqual(best.Step, first.Steps[^1].Step);
        Samples.SameVectors(early.Transform(Data()).Vectors(), model.Transform(Data()).Vectors(), 0);
    }

    private void Fails<T>(string expected, TinyModel start, LongTextTrainingChange change)
        where T : Exception =>
        StringAssert.Contains(Assert.ThrowsExactly<T>(() => Train(Base(start, new()) with { Change = change })).Message, expected);

    private static LongTextTrainingOptions Base(TinyModel start, Progress progress) => new()
    {
        Model = start.Model, RowsPerStep = 8, Schedule = new() { LearningRate = 2e-3 },
        Compute = new() { Precision = Precision.Float32, Progress = progress }, Embedding = new() { Compute = new() { Precision = Precision.Float32 } },
    };

    private LongTextEmbeddingTransformer Train(LongTextTrainingOptions options, TextEmbeddingObjective? objective = null) =>
        _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", objective ?? TextEmbeddingObjective.MatchingPairs("Other") with { Temperature = 0.1 }, options).Fit(Data());

    private LongTextEmbeddingTransformer Embedder(EmbeddingModel model, IDataView data) =>
        _ml.Transforms.Text.EmbedLongText("Embedding", "Text", new() { Model = model, Compute = new() { Precision = Precision.Float32 } }).Fit(data);

    private IDataView Data() => _ml.Data.LoadFromEnumerable(Rows());

    private static IEnumerable<Row> Rows() => Enumerable.Range(0, 24).Select(i => new Row
    {
        Text = $"w1 w{10 + (i % 12)} w3 w{30 + (i % 5)}", Other = $"w4 w{10 + (i % 12)} w5 w6 w{40 + (i % 7)}",
    });

    private static float Distance(float[][] a, float[][] b) => a.Zip(b).Max(p => p.First.Zip(p.Second, (x, y) => Math.Abs(x - y)).Max());

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Other { get; set; } = "";
    }

    private sealed class Progress : IProgress<LongTextTrainingProgress>
    {
        public List<LongTextTrainingProgress> Steps { get; } = [];

        public void Report(LongTextTrainingProgress value) => Steps.Add(value);
    }
}
