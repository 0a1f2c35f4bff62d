using Microsoft.ML;
using ML.Extensions.GraphKv;
using ML.Extensions.LongText;
using TorchSharp;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>TrainGraphKvAnswerer on a tiny decoder with random weights.</summary>
[TestClass]
[DoNotParallelize]
public sealed class GraphKvTrainingTest : IDisposable
{
    private static readonly GraphKvPlan[] Plans = [GraphKvPlan.Sequential, GraphKvPlan.BlockAttention, GraphKvPlan.Graph(SegmentGraph.Edges, sourceLength: 8)];

    private readonly MLContext _ml = new(seed: 1);
    private readonly TempFolder _temp = new();

    [TestInitialize]
    public void Write()
    {
        using var model = new RandomDecoder(layers: 2);
        model.WriteFolder(_temp["base"]);
    }

    public void Dispose() => _temp.Dispose();

    [TestMethod]
    public void WholeModel_LearnsToCopyAFact_UnderEachPlan()
    {
        var test = Facts(20, seed: 9);
        Assert.IsLessThan(0.2, Plans.Max(p => Accuracy(Answering(p), test)), "chance");
        var losses = new List<double>();
        using (var model = Fit(Options(o => o with { Lora = null, Epochs = 1 }, losses), Facts(600, seed: 3)))
            Assert.IsGreaterThan(0.9, Right(model, test));
        Assert.IsLessThan(0.5 * losses[0], losses[^1]);
        foreach (var plan in Plans)
            Assert.IsGreaterThan(0.9, Accuracy(Answering(plan) with { Model = _temp["trained"] }, test), plan.Name);
    }

    [TestMethod]
    public void Adapter_IsSavedApart_AndLoadedByThePipeline()
    {
        var (rows, zip) = (Facts(60, seed: 3), _temp["pipeline.zip"]);
        var before = File.ReadAllBytes(Path.Combine(_temp["base"], "model.safetensors"));
        var losses = new List<double>();
        string[] answers;
        using (var model = Fit(Options(null, losses), rows))
        {
            Assert.AreEqual(_temp["trained"], model.Options.Adapter);
            answers = Answers(model, rows);
            _ml.Model.Save(model, Data(rows).Schema, zip);
        }

        Assert.IsLessThan(losses[0], losses[^1]);
        CollectionAssert.AreEqual(before, File.ReadAllBytes(Path.Combine(_temp["base"], "model.safetensors")));
        using (var loaded = (IDisposable)new MLContext(seed: 1).Model.Load(zip, out _))
            CollectionAssert.AreEqual(answers, Answers((ITransformer)loaded, rows));
        using (var plain = Answer(Answering(Plans[0])))
            CollectionAssert.AreNotEqual(answers, Answers(plain, rows), "the adapter changes answers");
        using var same = Answer(Answering(Plans[0]) with { Adapter = _temp["trained"] });
        CollectionAssert.AreEqual(answers, Answers(same, rows));

        Fit(Options(o => o with { Lora = new() { Start = _temp["trained"] }, OutputFolder = _temp["more"] }, losses), rows).Dispose();
        foreach (var name in new[] { "adapter_config.json", "adapter_model.safetensors" })
            File.Copy(Path.Combine(_temp["more"], name), Path.Combine(_temp["trained"], name), overwrite: true);
        StringAssert.Contains(Assert.Throws<Exception>(() => _ml.Model.Load(zip, out _)).ToString(), "another model than");
    }

    [TestMethod]
    public void EndedFit_GoesOnAsIfItHadNotBeen()
    {
        var rows = Facts(80, seed: 4);
        List<double> whole = [], first = [], second = [];
        Fit(Options(null, whole), rows).Dispose();
        using var cancel = new CancellationTokenSource();
        GraphKvTrainingOptions Kept(List<double> losses) => Options(o => o with
        {
            Compute = o.Compute with
            {
                CheckpointFolder = _temp["checkpoints"], CancellationToken = losses == first ? cancel.Token : default,
                Progress = new Told(p =>
                {
                    losses.Add(p.Loss);
                    if (losses == first && p.Step == 5)
                        cancel.Cancel();
                }),
            },
        }, []);
        Assert.ThrowsExactly<OperationCanceledException>(() => Fit(Kept(first), rows));
        Fit(Kept(second), rows).Dispose();
        CollectionAssert.AreEqual(whole, first.Concat(second).ToArray());
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Fit(Kept(second), Facts(80, seed: 5))).Message, "another run's");
    }

    [TestMethod]
    public void Fits_LeaveNoTensors()
    {
        var rows = Facts(10, seed: 4);
        Fit(Options(null, []), rows).Dispose();
        var before = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
        Fit(Options(null, []), rows).Dispose();
        Assert.AreEqual(before, DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount);
    }

    [TestMethod]
    public void Validation_EndsEarly()
    {
        var losses = new List<double>();
        var held = Data([new() { Question = "w5", Segments = ["w9 w30"], Expected = "w31" }]); // not what is learned: it gets worse
        var options = Options(o => o with { Lora = null, Epochs = 4, Validation = new(held) { Every = 4, Patience = 1 } }, losses);
        Fit(options, Facts(100, seed: 3)).Dispose();
        Assert.IsLessThan(40, losses.Count);
    }

    [TestMethod]
    public void WrongRowsAndOptions_AreNamed()
    {
        var good = Facts(2, seed: 1);
        void Refused<T>(string message, Func<GraphKvTrainingOptions, GraphKvTrainingOptions>? change = null, params TaughtRow[] rows)
            where T : Exception => StringAssert.Contains(Assert.ThrowsExactly<T>(() => Fit(Options(change, []), rows)).Message, message);
        Refused<ArgumentException>("Row 2 of column 'Expected' has no answer", null, [.. good, new() { Question = "w5", Segments = ["w6"], Expected = " " }]);
        Refused<ArgumentException>("Row 0 of column 'Edges' names the segment 3", null, new TaughtRow { Question = "w5", Segments = ["w6"], Expected = "w7", Edges = [0, 3] });
        Refused<ArgumentException>("Row 0 of column 'Edges' has 1 numbers", null, new TaughtRow { Question = "w5", Segments = ["w6"], Expected = "w7", Edges = [0] });
        Refused<ArgumentException>("no rows");
        Refused<ArgumentException>("Plans is empty", o => o with { Plans = [] }, good);
        Refused<ArgumentException>("Lora.Start", o => o with { Answering = o.Answering with { Adapter = "x" } }, good);
        Refused<NotSupportedException>("ape", o => o with { Plans = [GraphKvPlan.AdaptiveParallel()] }, good);
        Refused<ArgumentException>("Row 0 under the plan sequential", null, new TaughtRow { Question = "w5", Segments = [string.Join(' ', Enumerable.Repeat("w6", 5_000))], Expected = "w7" });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => _ml.Transforms.Text.TrainGraphKvAnswerer("Answer", "Question", "Segments", null, "Right", Options(null, [])).Fit(Data(good)));
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LoraOptions { Rank = 0 });
    }

    private GraphKvAnswerOptions Answering(GraphKvPlan plan) =>
        new() { Model = _temp["base"], Plan = plan, Prompt = new("w2 ", "{0} w4 ", "{0} w3"), MaxNewTokens = 3 };

    private GraphKvTrainingOptions Options(Func<GraphKvTrainingOptions, GraphKvTrainingOptions>? change, List<double> losses)
    {
        var options = new GraphKvTrainingOptions
        {
            Answering = Answering(Plans[0]), OutputFolder = _temp["trained"], Plans = Plans, RowsPerStep = 24,
            Schedule = new() { LearningRate = 1e-2 }, Compute = new() { Precision = Precision.Float32, Progress = new Told(p => losses.Add(p.Loss)) },
        };
        return change?.Invoke(options) ?? options;
    }

    private GraphKvAnswerTransformer Fit(GraphKvTrainingOptions options, TaughtRow[] rows) =>
        _ml.Transforms.Text.TrainGraphKvAnswerer("Answer", "Question", "Segments", "Edges", "Expected", options).Fit(Data(rows));

    private GraphKvAnswerTransformer Answer(GraphKvAnswerOptions options) =>
        _ml.Transforms.Text.AnswerWithGraphKv("Answer", "Question", "Segments", "Edges", options).Fit(Data(Facts(1, 1)));

    private IDataView Data(TaughtRow[] rows) => _ml.Data.LoadFromEnumerable(rows);

    private double Accuracy(GraphKvAnswerOptions options, TaughtRow[] rows)
    {
        using var model = Answer(options);
        return Right(model, rows);
    }

    private double Right(GraphKvAnswerTransformer model, TaughtRow[] rows) => Answers(model, rows).Zip(rows).Average(r => r.First == r.Second.Expected ? 1.0 : 0);

    private string[] Answers(ITransformer model, TaughtRow[] rows) =>
        [.. _ml.Data.CreateEnumerable<AnsweredRow>(model.Transform(Data(rows)), reuseRowObject: false, ignoreMissingColumns: true).Select(r => r.Answer)];

    /// <summary>One of two segments holds the mark w8 and a fact; the question asks for it.</summary>
    private static TaughtRow[] Facts(int count, int seed)
    {
        var random = new Random(seed);
        return
        [
            .. Enumerable.Range(0, count).Select(_ =>
            {
                var fact = "w" + random.Next(12, 40);
                string[] segments = ["w10 w11", fact + " w8"];
                random.Shuffle(segments);
                return new TaughtRow { Question = "w5", Segments = segments, Edges = [0, 1], Expected = fact };
            }),
        ];
    }

    private sealed class Told(Action<LongTextTrainingProgress> tell) : IProgress<LongTextTrainingProgress>
    {
        public void Report(LongTextTrainingProgress value) => tell(value);
    }
}
