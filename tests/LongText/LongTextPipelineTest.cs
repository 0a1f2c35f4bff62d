using Microsoft.ML;
using Microsoft.ML.Data;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class LongTextPipelineTest
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void EmbedLongText_DefaultsGiveUnitVectorsInRowOrder()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(20));
        using var model = _ml.Transforms.Text.EmbedLongText("Embedding", "Text").Fit(data);
        var vectors = model.Transform(data).Vectors();
        Assert.HasCount(20, vectors);
        foreach (var v in vectors)
            Assert.AreEqual(1, Math.Sqrt(v.Sum(x => (double)x * x)), 1e-4);
        Assert.IsGreaterThan(Dot(vectors[0], vectors[1]), Dot(vectors[0], vectors[2]));
    }

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.Int8)]
    public void SaveAndLoad_GiveTheSameValues(Precision precision)
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(5));
        using var model = _ml.Fit(data, new() { Compute = new() { Precision = precision } });
        using var loaded = (LongTextEmbeddingTransformer)SaveAndLoad(model, data.Schema);
        Samples.SameVectors(model.Transform(data).Vectors(), loaded.Transform(data).Vectors(), 1e-6);
        Assert.AreEqual((ContextExtension.SelfExtend(), (bool?)true), (loaded.Options.Extension, loaded.Options.LogLengthScaling), "what Auto meant");
    }

    [TestMethod]
    public void SaveAndLoad_KeepEveryOption()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(2));
        var options = new LongTextEmbeddingOptions
        {
            Model = EmbeddingModel.ArcticXs,
            PromptName = "query",
            Extension = ContextExtension.RecurrentPositions(skipFirst: true),
            LogLengthScaling = true,
            MaxTokens = 2_000,
            BeyondLimit = BeyondLimit.Truncate,
            Pooling = PoolingMode.Mean,
            Output = new() { Normalize = false, Dimensions = 100, Format = EmbeddingFormat.Int8, Ranges = new(new float[100], [.. Enumerable.Repeat(1f, 100)]) },
            Columns = new() { TokenCount = "N", TokensUsed = "U", ExtensionUsed = "E", ChunkVectors = "V", ChunkOffsets = "O", FirstWindow = "F", ChunkTokens = 30 },
            Compute = new() { Precision = Precision.Float32, TokensPerBatch = 1_000, LookAhead = 17 },
            Storage = ModelStorage.Weights,
        };
        using var model = _ml.Fit(data, options);
        using var loaded = (LongTextEmbeddingTransformer)SaveAndLoad(model, data.Schema);
        Assert.AreEqual(options, loaded.Options);
    }

    [TestMethod]
    public void PredictionEngine_GivesTheBatchValues()
    {
        var documents = Samples.Documents(6);
        var data = _ml.Data.LoadFromEnumerable(documents);
        using var model = _ml.Fit(data);
        var batch = model.Transform(data).Vectors();
        var engine = _ml.Model.CreatePredictionEngine<Document, Embedded>(model);
        Samples.SameVectors(batch, [.. documents.Select(d => engine.Predict(d).Embedding)]);
    }

    [TestMethod]
    public void Pipeline_TrainsAClassifierBehindNormalizedText()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(40));
        var pipeline = _ml.Transforms.Text.NormalizeText("Text")
            .Append(_ml.Transforms.Text.EmbedLongText("Features", "Text"))
            .AppendCacheCheckpoint(_ml)
            .Append(_ml.BinaryClassification.Trainers.SdcaLogisticRegression());
        using var model = pipeline.Fit(data);
        var metrics = _ml.BinaryClassification.Evaluate(model.Transform(data));
        Assert.AreEqual(1, metrics.Accuracy, 0.001);
    }

    [TestMethod]
    public void MissingText_IsEmbeddedAsTheEmptyOne()
    {
        var data = _ml.Data.LoadFromEnumerable([new Document { Text = null! }, new Document { Text = "" }]);
        using var model = _ml.Fit(data);
        var vectors = model.Transform(data).Vectors();
        Samples.SameVectors([vectors[0]], [vectors[1]], 1e-6);
    }

    [TestMethod]
    public void EmptyView_GivesNoRows()
    {
        var data = _ml.Data.LoadFromEnumerable(Array.Empty<Document>());
        using var model = _ml.Fit(data);
        Assert.IsEmpty(model.Transform(data).Vectors());
    }

    [TestMethod]
    public void DisposedTransformer_SaysSo()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(1));
        var model = _ml.Fit(data);
        var view = model.Transform(data);
        model.Dispose();
        Assert.ThrowsExactly<ObjectDisposedException>(() => view.Vectors());
    }

    private static double Dot(float[] a, float[] b) => a.Zip(b, (x, y) => (double)x * y).Sum();

    private ITransformer SaveAndLoad(ITransformer model, DataViewSchema schema)
    {
        using var file = new MemoryStream();
        _ml.Model.Save(model, schema, file);
        file.Position = 0;
        return new MLContext(seed: 2).Model.Load(file, out _);
    }
}
