using Microsoft.ML;
using ML.Extensions.GraphKv;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>AnswerWithGraphKv in a pipeline.</summary>
[TestClass]
public sealed class GraphKvPipelineTest
{
    private static readonly TempFolder Temp = new();
    private static readonly string Folder = Write();
    private static readonly GraphKvPrompt Prompt = new("w2 w3 ", "{0} w4 ", "w5 {0} w6");
    private static readonly GraphKvExtraColumns All = new()
    {
        Shares = "Shares", TokensReused = "Reused", TokensComputed = "Computed", KvBytes = "Bytes", PrefillMilliseconds = "Prefill", Divergence = "Divergence",
    };

    private readonly MLContext _ml = new(seed: 1);

    [ClassCleanup]
    public static void Delete() => Temp.Dispose();

    private static string Write()
    {
        using var model = new RandomDecoder();
        return model.WriteFolder(Temp["model"]);
    }

    private static GraphKvAnswerOptions Options(GraphKvPlan? plan = null) => new()
    {
        Model = Folder, Plan = plan ?? GraphKvPlan.TopSources(1), Prompt = Prompt, MaxNewTokens = 6, Columns = All,
    };

    private static AnswerRow[] Rows =>
    [
        new() { Question = "w7 w8", Segments = ["w9 w10 w11", "w12 w13", "w14"], Edges = [0, 1, 2, 1] },
        new() { Question = "w20", Segments = ["w9 w10 w11", "w12 w13", "w14"], Edges = [0, 1, 2, 1] },
        new() { Question = "w7 w8", Segments = ["w14", null, "", "w12 w13"] },
        new() { Question = null, Segments = [] },
    ];

    private AnsweredRow[] Answer(GraphKvAnswerTransformer model) =>
        [.. _ml.Data.CreateEnumerable<AnsweredRow>(model.Transform(_ml.Data.LoadFromEnumerable(Rows)), reuseRowObject: false)];

    private GraphKvAnswerTransformer Fit(GraphKvAnswerOptions options, string? edges = "Edges") =>
        _ml.Transforms.Text.AnswerWithGraphKv("Answer", "Question", "Segments", edges, options).Fit(_ml.Data.LoadFromEnumerable(Rows));

    [TestMethod]
    public void Columns_TellWhatHappened()
    {
        using var model = Fit(Options());
        var found = Answer(model);
        Assert.HasCount(4, found);
        Assert.IsTrue(Array.TrueForAll(found[..3], f => f.Answer.Length > 0));
        // prefix 2, segments 4 + 3 + 2 of which the last is the source of the first two, question 4
        Assert.AreEqual((0, 2 + 2 + 7 + 4), (found[0].Reused, found[0].Computed));
        Assert.AreEqual(2 + 2 + 7, found[1].Reused); // the same segments
        Assert.AreEqual(3, found[1].Computed);
        Assert.HasCount(4, found[2].Shares);
        Assert.AreEqual((0f, 0f), (found[2].Shares[1], found[2].Shares[2]));
        foreach (var row in found[..3])
        {
            Assert.IsTrue(row.Shares.Sum() is > 0 and < 1 && row.Prefill > 0 && row.Divergence > 0 && row.Bytes > 0, row.Answer);
            Assert.IsTrue(row.Bytes % (3 * 2 * 16 * 4) == 0, "three layers of two heads of 8");
        }

        Assert.AreEqual(0, found[3].Divergence, 1e-5, "nothing but a question");
    }

    [TestMethod]
    public void Sequential_DivergesFromNothing()
    {
        using var model = Fit(Options(GraphKvPlan.Sequential));
        foreach (var row in Answer(model))
            Assert.AreEqual(0, row.Divergence, 1e-5);
    }

    [TestMethod]
    public void Edges_ComeFromTheirColumn()
    {
        var plan = GraphKvPlan.Graph(SegmentGraph.Edges, readout: GraphReadout.FinalOnly);
        using var with = Fit(Options(plan));
        using var without = Fit(Options(plan), edges: null);
        var (a, b) = (Answer(with), Answer(without));
        Assert.AreEqual(b[0].Computed, a[0].Computed, "segment 1 is encoded with its sources, and not by itself, as nobody asks for it");
        Assert.AreNotEqual(b[0].Divergence, a[0].Divergence);
        Assert.AreEqual(b[2].Divergence, a[2].Divergence, "a row without edges");
    }

    [TestMethod]
    public void SaveAndLoad_GiveTheSameAnswers()
    {
        using var cache = new TempFolder();
        GraphKvPlan[] plans =
        [
            GraphKvPlan.Sequential, GraphKvPlan.ParallelWindows, GraphKvPlan.BlockAttention with { SegmentsSeePrefix = true }, GraphKvPlan.AdaptiveParallel(0.5, 0.75),
            GraphKvPlan.Graph(SegmentGraph.Edges, 2, GraphReadout.FinalOnly, 16), GraphKvPlan.TopSources(2), GraphKvPlan.Released(2), GraphKvPlan.Synchronous(SegmentGraph.Full),
        ];
        foreach (var plan in plans)
        {
            using var model = Fit(Options(plan) with { Cache = cache.Root, StopTexts = ["w40"], Sampling = new() { Temperature = 0.5, Seed = 3, TopK = 5 } });
            using var file = new MemoryStream();
            _ml.Model.Save(model, _ml.Data.LoadFromEnumerable(Rows).Schema, file);
            file.Position = 0;
            using var loaded = (GraphKvAnswerTransformer)new MLContext(seed: 2).Model.Load(file, out _);
            Assert.AreEqual(model.Options with { StopTexts = [] }, loaded.Options with { StopTexts = [] });
            CollectionAssert.AreEqual(model.Options.StopTexts.ToArray(), loaded.Options.StopTexts.ToArray());
            CollectionAssert.AreEqual(Answer(model).Select(a => a.Answer).ToArray(), Answer(loaded).Select(a => a.Answer).ToArray(), plan.Name);
            Assert.AreEqual(4, Answer(loaded)[0].Computed, "only the question: all segments come from the folder");
        }
    }

    [TestMethod]
    public void ChangedModel_IsAnErrorOnLoad()
    {
        using var folder = new TempFolder();
        using (var first = new RandomDecoder(seed: 1))
            first.WriteFolder(folder["m"]);
        using var file = new MemoryStream();
        using (var model = Fit(Options() with { Model = folder["m"] }))
            _ml.Model.Save(model, _ml.Data.LoadFromEnumerable(Rows).Schema, file);
        using (var second = new RandomDecoder(seed: 2))
            second.WriteFolder(folder["m"]);
        file.Position = 0;
        var error = Assert.Throws<Exception>(() => _ml.Model.Load(file, out _));
        Assert.Contains("another model", error.ToString());
    }

    [TestMethod]
    public void PredictionEngine_GivesTheBatchAnswers()
    {
        using var model = Fit(Options());
        var batch = Answer(model);
        using var engine = _ml.Model.CreatePredictionEngine<AnswerRow, AnsweredRow>(model);
        foreach (var (row, expected) in Rows.Zip(batch))
        {
            var found = engine.Predict(row);
            Assert.AreEqual(expected.Answer, found.Answer);
            CollectionAssert.AreEqual(expected.Shares, found.Shares);
        }
    }

    [TestMethod]
    public void Fit_RefusesWhatCannotWork()
    {
        var data = _ml.Data.LoadFromEnumerable(Rows);
        IEstimator<ITransformer> Estimator(string question, string segments, string? edges, GraphKvAnswerOptions? options = null) =>
            _ml.Transforms.Text.AnswerWithGraphKv("Answer", question, segments, edges, options ?? Options());
        Assert.Contains("Did you mean 'Question'", Assert.Throws<ArgumentOutOfRangeException>(() => Estimator("Questions", "Segments", "Edges").Fit(data)).Message);
        Assert.Contains("a vector of String", Assert.Throws<ArgumentOutOfRangeException>(() => Estimator("Question", "Question", null).Fit(data)).Message);
        Assert.Contains("a vector of Int32", Assert.Throws<ArgumentOutOfRangeException>(() => Estimator("Question", "Segments", "Segments").Fit(data)).Message);
        Assert.Throws<FileNotFoundException>(() => Estimator("Question", "Segments", null, Options() with { Model = Temp["none"] }).Fit(data));
        Assert.Contains("cacheblend", Assert.Throws<ArgumentException>(() => Estimator("Question", "Segments", null, Options(GraphKvPlan.CacheBlend()))).Message);
        Assert.Contains("'Answer'", Assert.Throws<ArgumentException>(() => Estimator("Question", "Segments", null, Options() with { Columns = new() { KvBytes = "Answer" } })).Message);
        using var chain = _ml.Transforms.CopyColumns("Q", "Question").Append(Estimator("Q", "Segments", "Edges")).Fit(data); // schemas of estimators fit
        Assert.HasCount(11, chain.GetOutputSchema(data.Schema).Select(c => c.Name).Distinct().ToArray());
    }

    [TestMethod]
    public void Rows_ThatCannotBeAnsweredSayWhy()
    {
        using var model = Fit(Options(GraphKvPlan.Graph(SegmentGraph.Edges)));
        void Fails(AnswerRow row, string message)
        {
            var view = model.Transform(_ml.Data.LoadFromEnumerable([row]));
            Assert.Contains(message, Assert.Throws<Exception>(() => _ml.Data.CreateEnumerable<AnsweredRow>(view, false).ToArray()).ToString());
        }

        Fails(new() { Question = "w1", Segments = ["w2"], Edges = [0, 1] }, "names a segment that is not there");
        Fails(new() { Question = "w1", Segments = ["w2"], Edges = [0, 1, 0] }, "expected pairs");
        Fails(new() { Question = string.Join(' ', Enumerable.Repeat("w1", RandomDecoder.Window)), Segments = ["w2"] }, "window");
    }
}
