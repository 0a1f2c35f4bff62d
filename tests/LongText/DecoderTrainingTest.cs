using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Extensions.Checkpoints;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Training;
using ML.Extensions.Training;
using TorchSharp;

namespace ML.Extensions.Tests.LongText;

/// <summary>TrainTextEmbedding on tiny decoders: LoRA and all weights.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DecoderTrainingTest
{
    private readonly MLContext _ml = new(seed: 1);

    public static IEnumerable<(string Name, TextEmbeddingObjective Objective)> Objectives => LongTextTrainerTest.Objectives.Where(o => o.Name != "words");

    [TestMethod]
    [DynamicData(nameof(Objectives))]
    public void Lora_LowersTheLoss(string name, TextEmbeddingObjective objective)
    {
        using var start = new TinyDecoder();
        var losses = new Losses();
        using var model = Train(start, o => o with { Epochs = 8, Compute = o.Compute with { Progress = losses } }, objective);
        Assert.IsLessThan(losses.Values.Take(5).Average(), losses.Values.TakeLast(5).Average(), name);
    }

    [TestMethod]
    [DataRow("llama", "lasttoken", true, null)]
    [DataRow("llama", "mean", false, "query")]
    [DataRow("mistral", "weightedmean", false, "query")]
    [DataRow("gemma2", "lasttoken", true, "query")]
    public void Vectors_AreTheTransformers(string family, string pooling, bool poolsPrompt, string? prompt)
    {
        using var start = new TinyDecoder(family, pooling, poolsPrompt);
        using var folder = new TempFolder();
        var options = Options(start) with
        {
            Texts = new() { InputPromptName = prompt }, AdapterFolder = folder["adapter"], OutputFolder = folder["merged"],
            Embedding = new() { PromptName = prompt, Compute = new() { Precision = Precision.Float32 } },
        };
        using var merged = Train(start, _ => options);
        using var beside = _ml.Fit(Data(), options.Embedding with { Model = start.Model, Adapter = folder["adapter"] });
        using var plain = _ml.Fit(Data(), options.Embedding with { Model = start.Model });
        using var trained = TrainableEncoder.Open(start.Model, new() { Precision = Precision.Float32, Lora = new() { Rank = 4 }, Adapter = folder["adapter"] });
        var expected = Vectors(trained, options.Texts);
        Samples.SameVectors(expected, merged.Transform(Data()).Vectors(), 1e-5);
        Samples.SameVectors(expected, beside.Transform(Data()).Vectors(), 1e-5);
        Assert.IsGreaterThan(0.02f, expected.Zip(plain.Transform(Data()).Vectors()).Max(p => p.First.Zip(p.Second, (a, b) => Math.Abs(a - b)).Max()));
    }

    [TestMethod]
    public void Tuning_RaisesTheRankOfHeldOutRows()
    {
        using var start = new TinyDecoder();
        var (train, held) = (_ml.Data.LoadFromEnumerable(Rows(96, 1)), _ml.Data.LoadFromEnumerable(Rows(16, 2)));
        using var plain = _ml.Fit(held, new() { Model = start.Model, Compute = new() { Precision = Precision.Float32 } });
        using var model = _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", TextEmbeddingObjective.MatchingPairs("Other"), Options(start) with { Epochs = 6, RowsPerStep = 16 }).Fit(train);
        var (before, after) = (Rank(plain), Rank(model));
        Assert.IsGreaterThan(before + 0.2, after, $"{before} before");

        double Rank(LongTextEmbeddingTransformer of)
        {
            var rows = Rows(16, 2).ToArray();
            var queries = of.Transform(held).Vectors();
            var found = of.Transform(_ml.Data.LoadFromEnumerable(rows.Select(r => new Row { Text = r.Other }))).Vectors();
            return queries.Select((q, i) => 1.0 / (1 + found.Count(f => Dot(q, f) > Dot(q, found[i])))).Average();
        }

        static float Dot(float[] a, float[] b) => a.Zip(b, (x, y) => x * y).Sum();
    }

    [TestMethod]
    public void AdapterAlone_IsWhatThePipelineRefersTo()
    {
        using var start = new TinyDecoder();
        using var folder = new TempFolder();
        var data = Data();
        float[][] expected;
        using (var model = Train(start, o => o with { AdapterFolder = folder["adapter"] }))
        {
            Assert.AreEqual(folder["adapter"], model.Options.Adapter);
            expected = model.Transform(data).Vectors();
            _ml.Model.Save(model, data.Schema, folder["beside.zip"]);
            using var kept = _ml.Fit(data, model.Options with { Storage = ModelStorage.Weights });
            _ml.Model.Save(kept, data.Schema, folder["kept.zip"]);
        }

        Assert.IsLessThan(20_000, new FileInfo(folder["beside.zip"]).Length);
        Same("beside.zip");
        using (var loaded = (LongTextEmbeddingTransformer)_ml.Model.Load(folder["beside.zip"], out _))
        using (var further = Train(start, o => o with { Start = loaded, Lora = null, Epochs = 0.1, Schedule = new() { LearningRate = 1e-12 } }))
            Samples.SameVectors(expected, further.Transform(data).Vectors(), 1e-5); // training goes on from model and adapter
        Train(start, o => o with { Epochs = 3, Lora = o.Lora! with { Start = folder["adapter"] }, AdapterFolder = folder["adapter"] }).Dispose();
        StringAssert.Contains(Assert.Throws<Exception>(() => _ml.Model.Load(folder["beside.zip"], out _)).ToString(), "with the adapter");
        Directory.Delete(folder["adapter"], recursive: true);
        Same("kept.zip");

        void Same(string zip)
        {
            using var loaded = (LongTextEmbeddingTransformer)new MLContext(seed: 1).Model.Load(folder[zip], out _);
            Samples.SameVectors(expected, loaded.Transform(data).Vectors(), 0);
        }
    }

    [TestMethod]
    public void MergedWeights_AreInThePipelinesFile_AndPoolingIsTheOneAskedFor()
    {
        using var start = new TinyDecoder(modules: false);
        using var folder = new TempFolder();
        var data = Data();
        using var model = Train(start, o => o with { Embedding = o.Embedding with { Pooling = PoolingMode.LastToken } });
        _ml.Model.Save(model, data.Schema, folder["kept.zip"]);
        using var loaded = (LongTextEmbeddingTransformer)_ml.Model.Load(folder["kept.zip"], out _);
        Samples.SameVectors(model.Transform(data).Vectors(), loaded.Transform(data).Vectors(), 0);
        foreach (var modules in new[] { false, true })
        {
            using var other = new TinyDecoder(pooling: "mean", modules: modules);
            using var saved = Train(other, o => o with { OutputFolder = folder["last"], Embedding = o.Embedding with { Pooling = PoolingMode.LastToken } });
            CollectionAssert.AreEqual(new[] { PoolingMode.LastToken }, EmbeddingModelInfo.Read(EmbeddingModel.FromFolder(folder["last"])).Pooling.ToArray());
        }
    }

    [TestMethod]
    public void AllWeights_AreTrainedToo()
    {
        using var start = new TinyDecoder("mistral");
        using var folder = new TempFolder();
        var losses = new Losses();
        using var model = Train(start, o => o with { Lora = null, Epochs = 6, OutputFolder = folder["all"], Compute = o.Compute with { Progress = losses } });
        Assert.IsLessThan(losses.Values[0], losses.Values[^1]);
        using var opened = _ml.Fit(Data(), new() { Model = EmbeddingModel.FromFolder(folder["all"]), Compute = new() { Precision = Precision.Float32 } });
        Samples.SameVectors(opened.Transform(Data()).Vectors(), model.Transform(Data()).Vectors(), 0);
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void GgufFiles_AreTrained(bool lora)
    {
        using var source = new TinyDecoder();
        using var folder = new TempFolder();
        var base1 = EmbeddingModel.FromFolder(source.WriteGguf(folder["base.gguf"]));
        IDataView data = _ml.Data.LoadFromEnumerable(Enumerable.Range(0, 16).Select(i => new Row { Text = $"a {(char)('d' + i)} b", Other = $"c {(char)('d' + i)}" }));
        var losses = new Losses();
        var options = Options(base1) with { Epochs = 6, OutputFolder = folder["tuned"], Lora = lora ? new() { Rank = 4 } : null, AdapterFolder = lora ? folder["adapter"] : null };
        using var model = Fit(options with { Compute = options.Compute with { Progress = losses } }, null, data);
        Assert.IsLessThan(losses.Values[0], losses.Values[^1]);
        var expected = model.Transform(data).Vectors();
        Assert.IsEmpty(Directory.GetFiles(folder["tuned"], "*.gguf"));
        CollectionAssert.AreEqual(new[] { PoolingMode.LastToken }, EmbeddingModelInfo.Read(EmbeddingModel.FromFolder(folder["tuned"])).Pooling.ToArray());
        if (!lora)
            return;
        using var beside = _ml.Fit(data, options.Embedding with { Model = base1, Adapter = folder["adapter"] });
        Samples.SameVectors(expected, beside.Transform(data).Vectors(), 1e-5); // the file's own tokenizer, and the folder's
        using var plain = _ml.Fit(data, options.Embedding with { Model = base1 });
        Assert.IsGreaterThan(0.02f, expected.Zip(plain.Transform(data).Vectors()).Max(p => p.First.Zip(p.Second, (a, b) => Math.Abs(a - b)).Max()));
    }

    [TestMethod]
    public void TeacherModel_IsApproached()
    {
        using var teacher = new TinyDecoder();
        using var student = new TinyDecoder("mistral"); // the same weights, which see four tokens back alone
        var losses = new Losses();
        using var model = Train(student, o => o with { Epochs = 8, Lora = new() { Rank = 8 }, Compute = o.Compute with { Progress = losses }, Texts = new() { InputPromptName = "query" } },
            TextEmbeddingObjective.FromTeacherModel(teacher.Model, tokenWeight: 1));
        Assert.IsLessThan(losses.Values[0] / 2, losses.Values[^1]);
    }

    [TestMethod]
    public void Encoders_TakeMatricesToo()
    {
        using var start = new TinyModel("pooling_mode_mean_tokens");
        using var folder = new TempFolder();
        var losses = new Losses();
        var options = Options(start.Model) with { Epochs = 6, AdapterFolder = folder["adapter"], Lora = new() { Rank = 4, Projections = ["query", "value"] } };
        using var model = Fit(options with { Compute = options.Compute with { Progress = losses } });
        Assert.IsLessThan(losses.Values[0], losses.Values[^1]);
        using var trained = TrainableEncoder.Open(start.Model, new() { Precision = Precision.Float32, Lora = new() { Rank = 4, Projections = ["query", "value"] }, Adapter = folder["adapter"] });
        Samples.SameVectors(Vectors(trained, new()), model.Transform(Data()).Vectors(), 1e-5);
    }

    [TestMethod]
    public void WrongOptionsAndRows_AreNamed()
    {
        using var start = new TinyDecoder();
        void Refused<T>(string message, Func<LongTextTrainingOptions, LongTextTrainingOptions> change, TextEmbeddingObjective? objective = null, params Row[] rows)
            where T : Exception => StringAssert.Contains(
                Assert.ThrowsExactly<T>(() => Fit(change(Options(start)), objective, rows.Length == 0 ? Data() : _ml.Data.LoadFromEnumerable(rows))).Message, message);
        Refused<ArgumentOutOfRangeException>("Rank", o => o with { Lora = new() { Rank = 0 } });
        Refused<ArgumentOutOfRangeException>("Alpha", o => o with { Lora = new() { Alpha = 0 } });
        Refused<ArgumentException>("It has: q_proj, k_proj", o => o with { Lora = new() { Projections = ["qproj"] } });
        Refused<ArgumentException>("Frozen", o => o with { Change = new() { Frozen = ["layers.0.*"] } });
        Refused<ArgumentException>("AdapterFolder", o => o with { Lora = null, AdapterFolder = "a" });
        Refused<ArgumentException>("Lora.Start", o => o with { Embedding = new() { Adapter = "a" } });
        Refused<ArgumentException>("MaskedWords", o => o, TextEmbeddingObjective.MaskedWords());
        Refused<ArgumentException>("is a decoder", o => o with { Lora = null }, TextEmbeddingObjective.MaskedWords());
        Refused<ArgumentException>("AdapterFolder without OutputFolder", o => o with { AdapterFolder = "a", Change = new() { RotaryBase = 5e5 } });
        Refused<InvalidDataException>("adapter_config.json", o => o with { Lora = new() { Start = start.Folder } });
        Refused<ArgumentException>("both set", o => o with { Texts = new() { InputPrompt = "w3", InputPromptName = "query" } });
        Refused<ArgumentException>("no room", o => o with { Texts = new() { InputPrompt = string.Join(' ', Enumerable.Repeat("w3", 40)) } });
        Refused<ArgumentException>("Row 1 of column 'Other' is empty", o => o, null, new() { Text = "w3", Other = "w4" }, new() { Text = "w3", Other = " " });
    }

    [TestMethod]
    [TestCategory("Shared")]
    [DataRow("qwen3-lasttoken-left-padding")]
    [DataRow("qwen3-mean-prompt-not-pooled")]
    [DataRow("qwen3-weightedmean-left-padding")]
    public void PublishedLayouts_BeginAsSentenceTransformersHasThem(string name)
    {
        if (Shared.Root is null)
            return;
        var folder = Path.Combine(Shared.Root, "goldens", "sentence-transformers", name);
        using var encoder = TrainableEncoder.Open(EmbeddingModel.FromFolder(folder), new() { Precision = Precision.Float32, Lora = new() });
        using var texts = JsonFile.Open(Path.Combine(folder, "..", "texts.json"));
        Row[] rows = [.. texts.RootElement.GetProperty("texts").EnumerateArray().Select(t => new Row { Text = t.GetString()!, Other = "a" })];
        int[] kept = [.. Enumerable.Range(0, rows.Length).Where(i => !string.IsNullOrWhiteSpace(rows[i].Text))];
        using var golden = new SafetensorsFile(Path.Combine(folder, "golden.safetensors"));
        foreach (var run in new[] { "default" }.Concat(encoder.Prompts.Where(p => p.Value.Length > 0).Select(p => p.Key)).Where(golden.Entries.ContainsKey))
        {
            var found = Vectors(encoder, new() { InputPromptName = run == "default" ? null : run }, [.. kept.Select(i => rows[i])], File.ReadAllText(Path.Combine(folder, "modules.json")).Contains("Normalize", StringComparison.Ordinal));
            using var scope = torch.NewDisposeScope();
            var expected = golden.Read(run);
            Samples.SameVectors([.. kept.Select(i => expected[i].data<float>().ToArray())], found, 1e-5);
        }
    }

    /// <summary>Vectors as the trainer has them.</summary>
    private float[][] Vectors(TrainableEncoder encoder, LongTextTrainingTexts texts, Row[]? of = null, bool normalized = true)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        var rows = new TrainingColumns("Text", TextEmbeddingObjective.MatchingPairs("Other"), texts, encoder).Read(_ml.Data.LoadFromEnumerable(of ?? [.. Rows(24, 1)]));
        return [.. rows.Select(r =>
        {
            var tokens = new PackedTokens(r.Texts[0], [r.Texts[0].Length]);
            var pooled = encoder.Pool(encoder.Forward(tokens, encoder.PooledOutput), tokens, encoder.PooledOutput, r.PooledFrom?[..1]);
            return (normalized ? torch.nn.functional.normalize(pooled) : pooled).data<float>().ToArray();
        })];
    }

    private static LongTextTrainingOptions Options(TinyDecoder start) => Options(start.Model);

    private static LongTextTrainingOptions Options(EmbeddingModel model) => new()
    {
        Model = model, RowsPerStep = 8, Epochs = 2, Schedule = new() { LearningRate = 1e-2 }, Lora = new() { Rank = 4 },
        Compute = new() { Precision = Precision.Float32 }, Embedding = new() { Compute = new() { Precision = Precision.Float32 } },
    };

    private LongTextEmbeddingTransformer Train(TinyDecoder start, Func<LongTextTrainingOptions, LongTextTrainingOptions> change, TextEmbeddingObjective? objective = null) =>
        Fit(change(Options(start)), objective);

    private LongTextEmbeddingTransformer Fit(LongTextTrainingOptions options, TextEmbeddingObjective? objective = null, IDataView? data = null) =>
        _ml.Transforms.Text.TrainTextEmbedding("Embedding", "Text", objective ?? TextEmbeddingObjective.MatchingPairs("Other") with { Temperature = 0.1 }, options).Fit(data ?? Data());

    private IDataView Data() => _ml.Data.LoadFromEnumerable(Rows(24, 1));

    /// <summary>Texts that share one of sixteen words, among others.</summary>
    private static IEnumerable<Row> Rows(int count, int seed)
    {
        var random = new Random(seed);
        string Filled(int key) => $"w{1 + random.Next(6)} w{10 + key} w{30 + random.Next(8)}";
        return [.. Enumerable.Range(0, count).Select(i => new Row
        {
            Text = Filled(i % 16), Other = Filled(i % 16), Wrong = Filled((i + 1) % 16), Score = i % 3 / 2f,
            Teacher = [.. Enumerable.Range(0, TinyDecoder.Width).Select(d => MathF.Cos((i % 16) + d))],
        })];
    }

    private sealed class Row
    {
        public string Text { get; set; } = "";

        public string Other { get; set; } = "";

        public string Wrong { get; set; } = "";

        public float Score { get; set; }

        [VectorType(TinyDecoder.Width)]
        public float[] Teacher { get; set; } = new float[TinyDecoder.Width];
    }

    private sealed class Losses : IProgress<LongTextTrainingProgress>
    {
        public List<double> Values { get; } = [];

        public void Report(LongTextTrainingProgress value) => Values.Add(value.Loss);
    }
}
