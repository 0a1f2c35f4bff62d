using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Training;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.LongText;

[TestClass]
[DoNotParallelize]
public sealed class LongTextTrainerTest
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<(string Name, TextEmbeddingObjective Objective)> Objectives =>
    [
        ("pairs", TextEmbeddingObjective.MatchingPairs("Other") with { Temperature = 0.1 }),
        ("pairs both ways", TextEmbeddingObjective.MatchingPairs("Other") with { Temperature = 0.1, BothDirections = true }),
        ("groups", TextEmbeddingObjective.MatchingPairs("Other") with { Temperature = 0.1, GroupColumnName = "Wrong" }),
        ("negatives", TextEmbeddingObjective.MatchingPairs("Other", "Wrong")),
        ("cosent", TextEmbeddingObjective.ScoredPairs("Other", "Score")),
        ("angle", TextEmbeddingObjective.ScoredPairs("Other", "Score", ScoredPairLoss.AnglE)),
        ("regression", TextEmbeddingObjective.ScoredPairs("Other", "Score", ScoredPairLoss.CosineRegression)),
        ("teacher column", TextEmbeddingObjective.FromTeacherColumn("Teacher")),
        ("teacher's similarities", TextEmbeddingObjective.FromTeacherColumn("Teacher", DistillationLoss.Similarities)),
        ("words", TextEmbeddingObjective.MaskedWords(0.3)),
    ];

    [TestMethod]
    [DynamicData(nameof(Objectives))]
    public void Fit_LowersTheLoss(string name, TextEmbeddingObjective objective)
    {
        using var start = new TinyModel();
        var losses = new Losses();
        using var model = Train(start, objective, losses, 12);
        Assert.IsLessThan(losses.Values.Take(5).Average(), losses.Values.TakeLast(5).Average(), name);
    }

    [TestMethod]
    public void Fit_IsTheSameForTheSameSeed_AndRoundTripsThroughAZip()
    {
        using var start = new TinyModel();
        using var folder = new TempFolder();
        using var model = Train(start, TextEmbeddingObjective.MatchingPairs("Other"), new(), 2);
        using var again = Train(start, TextEmbeddingObjective.MatchingPairs("Other"), new(), 2);
        var data = _ml.Data.LoadFromEnumerable(Rows());
        var expected = model.Transform(data).Vectors();
        Samples.SameVectors(expected, again.Transform(data).Vectors(), 0);
        _ml.Model.Save(model, data.Schema, folder["tuned.zip"]);
        using var loaded = (LongTextEmbeddingTransformer)_ml.Model.Load(folder["tuned.zip"], out _);
        Samples.SameVectors(expected, loaded.Transform(data).Vectors(), 0);
        var trainer = _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", TextEmbeddingObjective.MatchingPairs("Other"), new()
        {
            Start = loaded, OutputFolder = folder["further"], Change = new() { RotaryBase = 10_000, Frozen = ["embeddings.word_embeddings.weight"] }, MatryoshkaDimensions = [4, 8],
        });
        using var further = trainer.Fit(data);
        Assert.IsTrue(File.Exists(folder["further/model.safetensors"]));
        using var opened = _ml.Transforms.Text.EmbedLongText("Embedding", "Text", new() { Model = EmbeddingModel.FromFolder(folder["further"]) }).Fit(data);
        Samples.SameVectors(opened.Transform(data).Vectors(), further.Transform(data).Vectors(), 0);
    }

    [TestMethod]
    public void Validation_IsLoggedAndEndsTraining()
    {
        using var start = new TinyModel();
        var losses = new Losses();
        var lines = new List<string>();
        _ml.Log += (_, e) => lines.Add(e.Message);
        var data = _ml.Data.LoadFromEnumerable(Rows());
        using var model = Train(start, TextEmbeddingObjective.MatchingPairs("Other"), losses, 400, o => o with
        {
            Validation = new(data) { Every = 2, Patience = 2 }, Schedule = new() { LearningRate = 5e-3 },
        });
        Assert.IsLessThan(600, losses.Values.Count);
        Assert.IsTrue(lines.Any(l => l.Contains("MRR", StringComparison.Ordinal)));
        Assert.IsTrue(lines.Any(l => l.Contains("tokens a second", StringComparison.Ordinal)));
    }

    [TestMethod]
    public void Rows_OfOneGroupAreNoNegatives()
    {
        using var start = new TinyModel();
        var losses = new Losses();
        using var model = Train(start, TextEmbeddingObjective.MatchingPairs("Other") with { GroupColumnName = "Topic", BothDirections = true }, losses, 1);
        Assert.IsNotEmpty(losses.Values);
        Assert.IsTrue(losses.Values.All(l => l == 0), "each text has its own alone to find");
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("w1 w2 ")]
    public void Windows_AreThoseOfTheParallelWindowsThatEmbed(string? prompt)
    {
        using var start = new TinyModel("pooling_mode_mean_tokens");
        using var encoder = start.Open();
        var words = string.Join(' ', Enumerable.Range(0, 100).Select(i => $"w{i * 7 % 50}"));
        var data = _ml.Data.LoadFromEnumerable([new Row { Text = words, Other = "w3 w4" }, new Row { Text = "w5", Other = words }, new Row { Text = words, Other = "w6" }]);
        var columns = new TrainingColumns("Text", TextEmbeddingObjective.MatchingPairs("Other"), new() { InputPrompt = prompt, Windows = 2 }, encoder);
        var rows = columns.Read(data);
        Assert.IsNull(rows[1].Windows![0]);
        Assert.AreSame(rows[0].Windows![0], rows[2].Windows![0], "read once");
        using var embedder = _ml.Transforms.Text.EmbedLongText("Embedding", "Text", new() { Model = start.Model, Extension = ContextExtension.ParallelWindows, MaxTokens = 1_000, Prompt = prompt, Compute = new() { Precision = Precision.Float32 } }).Fit(data);
        using var scope = NewDisposeScope();
        var vectors = rows[0].Windows![0]!.Select(w => new PackedTokens(w, [w.Length])).Select(w => encoder.Pool(encoder.Forward(w), w, EncoderOutput.AllTokens)).ToArray();
        var mean = nn.functional.normalize(cat(vectors).mean([0], keepdim: true)).data<float>().ToArray();
        Samples.SameVectors(embedder.Transform(data).Vectors()[..1], [mean], 1e-5);
    }

    [TestMethod]
    public void Windows_ReachBeyondTheFirst_AndResume()
    {
        using var start = new TinyModel();
        using var folder = new TempFolder();
        // only a word behind the window tells the texts apart
        Row[] rows = [.. Enumerable.Range(0, 8).Select(i => new Row { Text = $"w{i}", Other = string.Join(' ', Enumerable.Repeat("w40 w41 w42", 20)) + string.Concat(Enumerable.Repeat($" w{i}", 30)) })];
        double[] Losses(int windows, double epochs, string? run = null)
        {
            var losses = new Losses();
            using var model = Train(start, TextEmbeddingObjective.MatchingPairs("Other"), losses, epochs, o => o with
            {
                Texts = new() { Windows = windows }, Schedule = new() { LearningRate = 5e-3 }, Compute = o.Compute with { CheckpointFolder = run is null ? null : folder[run] },
            }, rows);
            return [.. losses.Values];
        }

        Assert.IsTrue(Losses(1, 20).All(l => l == 0), "cut, the texts are the same: none is a negative of another");
        var read = Losses(9, 40, "run");
        Assert.IsLessThan(0.7 * read[0], read[^1]);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Losses(8, 40, "run")).Message, "another run's");
    }

    [TestMethod]
    public void Windows_AreTaughtByColumnsAndModels()
    {
        using var start = new TinyModel();
        Row[] rows = [.. Rows()];
        foreach (var row in rows)
            row.Text = string.Join(' ', Enumerable.Repeat(row.Text, 20));
        double[] Losses(TextEmbeddingObjective objective, double epochs)
        {
            var losses = new Losses();
            using var model = Train(start, objective, losses, epochs, o => o with { Texts = new() { Windows = 3 }, Compute = o.Compute with { TokensPerPass = 200 } }, rows);
            return [.. losses.Values];
        }

        var column = Losses(TextEmbeddingObjective.FromTeacherColumn("Teacher"), 12);
        Assert.IsLessThan(column[..5].Average(), column[^5..].Average());
        Assert.AreEqual(0, Losses(TextEmbeddingObjective.FromTeacherModel(start.Model), 1)[0], 1e-5, "the model is its own teacher, window by window");
    }

    [TestMethod]
    public void Fit_NamesWhatIsWrong()
    {
        using var start = new TinyModel();
        void Fails<T>(string expected, TextEmbeddingObjective objective, LongTextTrainingOptions? options = null)
            where T : Exception
        {
            var data = _ml.Data.LoadFromEnumerable(Rows());
            var trainer = _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", objective, (options ?? new()) with { Model = start.Model });
            StringAssert.Contains(Assert.ThrowsExactly<T>(() => trainer.Fit(data)).Message, expected);
        }

        Fails<ArgumentOutOfRangeException>("'Others'", TextEmbeddingObjective.MatchingPairs("Others"));
        Fails<ArgumentOutOfRangeException>("'Topics'", TextEmbeddingObjective.MatchingPairs("Other") with { GroupColumnName = "Topics" });
        Fails<ArgumentOutOfRangeException>("'Text'", TextEmbeddingObjective.ScoredPairs("Other", "Text"));
        Fails<ArgumentOutOfRangeException>("'Score'", TextEmbeddingObjective.FromTeacherColumn("Score"));
        Fails<ArgumentException>("'ask'", TextEmbeddingObjective.MatchingPairs("Other"), new() { Texts = new() { InputPromptName = "ask" } });
        Fails<ArgumentException>("'encoder.layers.0'", TextEmbeddingObjective.MatchingPairs("Other"), new() { Change = new() { Frozen = ["encoder.layers.0"] } });
        Fails<ArgumentException>("leaves no weight", TextEmbeddingObjective.MatchingPairs("Other"), new() { Change = new() { Frozen = ["*"] } });
        Fails<ArgumentException>("16", TextEmbeddingObjective.MatchingPairs("Other"), new() { MatryoshkaDimensions = [16] });
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", TextEmbeddingObjective.MatchingPairs("Other"), new() { RowsPerStep = 1 })).Message, "RowsPerStep is 1");
        foreach (var (objective, change) in new (TextEmbeddingObjective, LongTextTrainingChange)[]
        {
            (TextEmbeddingObjective.MaskedWords(), new LongTextTrainingChange()), (TextEmbeddingObjective.FromTeacherModel(start.Model, tokenWeight: 1), new()),
            (TextEmbeddingObjective.MatchingPairs("Other"), new() { NewPositions = new(64) }),
        })
            StringAssert.Contains(
                Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", objective, new() { Texts = new() { Windows = 2 }, Change = change })).Message, "Texts.Windows is above 1");
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => new LongTextTrainingTexts { Windows = 0 });
        using var folder = new TempFolder();
        folder.Write("kept/letter.txt", "dear");
        Fails<IOException>("holds no model", TextEmbeddingObjective.MatchingPairs("Other"), new() { OutputFolder = folder["kept"] });
        Fails<IOException>("is a file", TextEmbeddingObjective.MatchingPairs("Other"), new() { OutputFolder = folder["kept/letter.txt"] });
        Assert.IsTrue(File.Exists(folder["kept/letter.txt"]));
        Fails<NotSupportedException>("Int8", TextEmbeddingObjective.MatchingPairs("Other"), new() { Compute = new() { Precision = Precision.Int8 } });
    }

    [TestMethod]
    public void WrongRows_AreNamed()
    {
        using var start = new TinyModel();
        void Fails(string expected, TextEmbeddingObjective objective, Action<Row> change)
        {
            Row[] rows = [.. Rows()];
            change(rows[3]);
            var trainer = _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", objective, new() { Model = start.Model });
            StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => trainer.Fit(_ml.Data.LoadFromEnumerable(rows))).Message, expected);
        }

        Fails("Row 3 of column 'Text' is empty", TextEmbeddingObjective.MatchingPairs("Other"), r => r.Text = "");
        Fails("Row 3 of column 'Wrong' is empty", TextEmbeddingObjective.MatchingPairs("Other", "Wrong"), r => r.Wrong = null!);
        Fails("Row 3 of column 'Score' is not a finite number", TextEmbeddingObjective.ScoredPairs("Other", "Score"), r => r.Score = float.NaN);
        Fails("Row 3 of column 'Teacher' holds", TextEmbeddingObjective.FromTeacherColumn("Teacher"), r => r.Teacher[2] = float.PositiveInfinity);
        Fails("Row 0 of column 'Narrow' has 3 numbers, the model's vectors have 16", TextEmbeddingObjective.FromTeacherColumn("Narrow"), _ => { });
    }

    [TestMethod]
    public void Checkpoint_OfOtherRowsOrOptions_IsRefused()
    {
        using var start = new TinyModel();
        using var folder = new TempFolder();
        var pairs = TextEmbeddingObjective.MatchingPairs("Other");
        LongTextTrainingOptions Kept(LongTextTrainingOptions o) => o with { Compute = o.Compute with { CheckpointFolder = folder["run"] } };
        using var first = Train(start, pairs, new(), 1, Kept);
        var again = new Losses();
        using var second = Train(start, pairs, again, 1, o => Kept(o) with { Compute = Kept(o).Compute with { TokensPerPass = 100 } });
        Assert.IsEmpty(again.Values, "it was at its end");
        void Refused(TextEmbeddingObjective objective, double epochs, Func<LongTextTrainingOptions, LongTextTrainingOptions> change) => StringAssert.Contains(
            Assert.ThrowsExactly<InvalidDataException>(() => Train(start, objective, new(), epochs, o => Kept(change(o)))).Message, "another run's");
        Refused(pairs, 2, o => o);
        Refused(TextEmbeddingObjective.MatchingPairs("Wrong"), 1, o => o);
        Refused(pairs with { Temperature = 0.2 }, 1, o => o);
        Refused(pairs, 1, o => o with { Schedule = new() { LearningRate = 3e-3 } });
        Refused(pairs, 1, o => o with { Texts = new() { MaxTokens = 8, InputPrompt = "w9 " } });
    }

    [TestMethod]
    public void LastStepOfOneRow_LearnsNothingAndFailsNothing()
    {
        using var start = new TinyModel();
        var losses = new Losses();
        using var model = Train(start, TextEmbeddingObjective.FromTeacherColumn("Narrow", DistillationLoss.Similarities), losses, 1, o => o with { RowsPerStep = 23 });
        Assert.HasCount(2, losses.Values);
        Assert.AreEqual(0, losses.Values.Min());
    }

    private LongTextEmbeddingTransformer Train(
        TinyModel start, TextEmbeddingObjective objective, Losses losses, double epochs, Func<LongTextTrainingOptions, LongTextTrainingOptions>? change = null, IEnumerable<Row>? rows = null)
    {
        var options = new LongTextTrainingOptions
        {
            Model = start.Model, Epochs = epochs, RowsPerStep = 8, Schedule = new() { LearningRate = 2e-3 },
            Compute = new() { Precision = Precision.Float32, Progress = losses }, Embedding = new() { Compute = new() { Precision = Precision.Float32 } },
        };
        return _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", objective, change?.Invoke(options) ?? options).Fit(_ml.Data.LoadFromEnumerable(rows ?? Rows()));
    }

    private static IEnumerable<Row> Rows() => Enumerable.Range(0, 24).Select(i => new Row
    {
        Text = $"w1 w{10 + (i % 12)} w3", Other = $"w4 w{10 + (i % 12)} w5 w6", Wrong = $"w4 w{10 + ((i + 1) % 12)} w5", Score = i % 3 / 2f,
        Narrow = [i, 1, i % 5], Teacher = [.. Enumerable.Range(0, TinyModel.Width).Select(d => MathF.Cos((i % 12) + d))],
    });

    private sealed class Row
    {
        public string Topic { get; set; } = "all";

        public string Text { get; set; } = "";

        public string Other { get; set; } = "";

        public string Wrong { get; set; } = "";

        public float Score { get; set; }

        [VectorType(3)]
        public float[] Narrow { get; set; } = [];

        [VectorType(TinyModel.Width)]
        public float[] Teacher { get; set; } = [];
    }

    private sealed class Losses : IProgress<LongTextTrainingProgress>
    {
        public List<double> Values { get; } = [];

        public void Report(LongTextTrainingProgress value) => Values.Add(value.Loss);
    }
}
