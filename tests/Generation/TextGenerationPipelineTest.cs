using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Extensions.Generation;

namespace ML.Extensions.Tests.Generation;

/// <summary>GenerateText in pipelines.</summary>
[TestClass]
public sealed class TextGenerationPipelineTest
{
    private static readonly Row[] Rows =
    [
        new() { Prompt = "w8 w9", Told = "w7" }, new() { Prompt = "w10" }, new() { Prompt = "w11 w12 w13 w14", Told = "w6" },
        new() { Prompt = "" }, new() { Prompt = null }, new() { Prompt = "w20" },
    ];

    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void GenerateText_AnswersEachRow()
    {
        using var folder = new TinyModel();
        var data = _ml.Data.LoadFromEnumerable(Rows);
        using var model = _ml.Transforms.Text.GenerateText("Answer", "Prompt", Options(folder)).Fit(data);
        var found = Answers(model, data);
        Assert.HasCount(Rows.Length, found);
        foreach (var (row, n) in found.Zip(Enumerable.Range(0, found.Length)))
        {
            using var alone = _ml.Transforms.Text.GenerateText("Answer", "Prompt", Options(folder) with { Compute = new() { Precision = Precision.Float32, RowsAtOnce = 1 } }).Fit(data);
            var one = Answers(alone, _ml.Data.LoadFromEnumerable([Rows[n]]))[0];
            Assert.AreEqual(one.Text, row.Text, $"row {n}");
            Assert.AreEqual(one.End, row.End);
            Assert.AreEqual(row.Tokens, row.Scores!.Length);
            Assert.IsTrue(row.Scores.All(s => s <= 0));
            Assert.IsTrue(row.End is "StopToken" or "MaxNewTokens", row.End);
        }

        Assert.AreEqual(8, found[0].PromptTokens);
        Assert.AreEqual(found[3].Text, found[4].Text, "a missing text is the empty one");
    }

    [TestMethod]
    public void SaveAndLoad_GiveTheSameAnswers()
    {
        using var folder = new TinyModel();
        using var zip = new TempFolder();
        var data = _ml.Data.LoadFromEnumerable(Rows);
        var options = Options(folder) with
        {
            SystemColumn = null,
            System = "w7",
            Format = PromptFormat.Chat,
            MaxNewTokens = 9,
            Sampling = new() { Temperature = 0.7, TopK = 12, TopP = 0.9, MinP = 0.01, TypicalP = 0.99, RepetitionPenalty = 1.2, FrequencyPenalty = 0.1, PresencePenalty = 0.2, TemperatureFirst = true, Seed = 7 },
            StopTexts = ["w29 w29"],
        };
        string[] expected;
        using (var model = _ml.Transforms.Text.GenerateText("Answer", "Prompt", options).Fit(data))
        {
            expected = [.. Answers(model, data).Select(a => a.Text!)];
            _ml.Model.Save(model, data.Schema, zip["m.zip"]);
        }

        using (var loaded = (TextGenerationTransformer)_ml.Model.Load(zip["m.zip"], out _))
        {
            CollectionAssert.AreEqual(expected, Answers(loaded, data).Select(a => a.Text).ToArray());
            CollectionAssert.AreEqual(options.StopTexts.ToArray(), loaded.Options.StopTexts.ToArray());
            Assert.AreEqual(options with { StopTexts = loaded.Options.StopTexts }, loaded.Options);
        }

        folder.Write("chat_template.jinja", "w9");
        Assert.Contains("content hash", Assert.Throws<Exception>(() => _ml.Model.Load(zip["m.zip"], out _)).ToString());
    }

    [TestMethod]
    public async Task PredictionEngineAndStream_GiveTheRowsAnswer()
    {
        using var folder = new TinyModel();
        var data = _ml.Data.LoadFromEnumerable(Rows);
        using var model = _ml.Transforms.Text.GenerateText("Answer", "Prompt", Options(folder)).Fit(data);
        var expected = Answers(model, data)[2];
        using var engine = _ml.Model.CreatePredictionEngine<Row, Answer>(model);
        Assert.AreEqual(expected.Text, engine.Predict(Rows[2]).Text);
        var text = "";
        await foreach (var piece in model.StreamAsync(Rows[2].Prompt!, Rows[2].Told).ConfigureAwait(false))
            text += piece;
        Assert.AreEqual(expected.Text, text);
        text = "";
        await foreach (var piece in model.StreamChatAsync([ChatMessage.System("w6"), ChatMessage.User(Rows[2].Prompt!)]).ConfigureAwait(false))
            text += piece;
        Assert.AreEqual(expected.Text, text);
    }

    [TestMethod]
    public void Cursor_IsLazyAndStopsWhenCancelled()
    {
        using var folder = new TinyModel();
        using var cancellation = new CancellationTokenSource();
        var data = _ml.Data.LoadFromEnumerable(Rows);
        using var model = _ml.Transforms.Text.GenerateText("Answer", "Prompt", Options(folder) with { Compute = new() { CancellationToken = cancellation.Token } }).Fit(data);
        cancellation.Cancel();
        var view = model.Transform(data);
        Assert.HasCount(Rows.Length, view.GetColumn<string>("Prompt").ToArray());
        Assert.Throws<OperationCanceledException>(() => view.GetColumn<string>("Answer").ToArray());
    }

    [TestMethod]
    public void Fit_NamesWhatIsWrong()
    {
        using var folder = new TinyModel(chat: false);
        var data = _ml.Data.LoadFromEnumerable(Rows);
        Exception Fails(TextGenerationOptions options, string input = "Prompt") =>
            Assert.Throws<Exception>(() => _ml.Transforms.Text.GenerateText("Answer", input, options).Fit(data));
        var plain = new TextGenerationOptions { Model = folder.Folder };
        Assert.Contains("Did you mean 'Prompt'", Fails(plain, "Promt").Message);
        Assert.Contains("Could not find input column 'S'", Fails(plain with { SystemColumn = "S" }).Message);
        Assert.Contains("no chat template", Fails(plain with { System = "w7" }).Message);
        Assert.Contains("no chat template", Fails(plain with { Format = PromptFormat.Chat }).Message);
        Assert.Contains("both set", Fails(plain with { System = "a", SystemColumn = "Told" }).Message);
        Assert.Contains("Plain", Fails(plain with { System = "a", Format = PromptFormat.Plain }).Message);
        Assert.Contains("named 'Answer'", Fails(plain with { Columns = new() { End = "Answer" } }).Message);
        Assert.Contains("no model at", Fails(plain with { Model = folder.Folder + "-" }).Message);
        Assert.Throws<ArgumentException>(() => plain with { Model = " " });
        Assert.Throws<ArgumentException>(() => plain with { StopTexts = [""] });
        Assert.Throws<ArgumentException>(() => plain with { MaxNewTokens = 0 });
    }

    private static TextGenerationOptions Options(TinyModel folder) => new()
    {
        Model = folder.Folder,
        SystemColumn = "Told",
        MaxNewTokens = 12,
        Sampling = new() { Temperature = 1, TopP = 0.95, Seed = 4 },
        Columns = new() { PromptTokens = "PromptTokens", TokenCount = "Tokens", End = "End", LogProbabilities = "Scores" },
        Compute = new() { Precision = Precision.Float32, RowsAtOnce = 4 },
    };

    private Answer[] Answers(TextGenerationTransformer model, IDataView data) =>
        [.. _ml.Data.CreateEnumerable<Answer>(model.Transform(data), reuseRowObject: false)];

    private sealed class Row
    {
        public string? Prompt { get; set; }

        public string Told { get; set; } = "";
    }

    private sealed class Answer
    {
        [ColumnName("Answer")]
        public string? Text { get; set; }

        public int PromptTokens { get; set; }

        public int Tokens { get; set; }

        public string? End { get; set; }

        public float[]? Scores { get; set; }
    }
}
