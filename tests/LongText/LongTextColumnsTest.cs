using Microsoft.ML;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.LongText;

[TestClass]
public sealed class LongTextColumnsTest
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void MissingColumn_NamesTheNearest()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(1));
        var estimator = _ml.Transforms.Text.EmbedLongText("Embedding", "Txet");
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        StringAssert.Contains(e.Message, "'Txet'", StringComparison.Ordinal);
        StringAssert.Contains(e.Message, "Did you mean 'Text'?", StringComparison.Ordinal);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(Samples.Shape(data.Schema)));
    }

    [TestMethod]
    public void WrongType_SaysExpectedAndFound()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(1));
        var estimator = _ml.Transforms.Text.EmbedLongText("Embedding", "Id");
        var e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.Fit(data));
        StringAssert.Contains(e.Message, "Schema mismatch for input column 'Id': expected String, got Int32", StringComparison.Ordinal);
        e = Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => estimator.GetOutputSchema(Samples.Shape(data.Schema)));
        StringAssert.Contains(e.Message, "Schema mismatch for input column 'Id': expected String, got Int32", StringComparison.Ordinal);
    }

    [TestMethod]
    public void OptionsThatExcludeEachOther_AreRefusedAtOnce()
    {
        void Refused(string because, LongTextEmbeddingOptions options)
        {
            var e = Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Text.EmbedLongText("Embedding", "Text", options));
            StringAssert.Contains(e.Message, because, StringComparison.Ordinal);
        }

        Refused("both set", new() { Prompt = "a", PromptName = "query" });
        Refused("'Embedding'", new() { Columns = new() { TokenCount = "Embedding" } });
        Refused("empty", new() { Columns = new() { TokensUsed = "" } });
        Assert.ThrowsExactly<ArgumentException>(() => _ml.Transforms.Text.EmbedLongText(" ", "Text"));
    }

    [TestMethod]
    public void OptionsThatDoNotFitTheModel_AreRefusedByFit()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(1));
        var e = Assert.ThrowsExactly<ArgumentException>(() => _ml.Fit(data, new() { Output = new() { Dimensions = 385 } }));
        StringAssert.Contains(e.Message, "384", StringComparison.Ordinal);
        e = Assert.ThrowsExactly<ArgumentException>(() => _ml.Fit(data, new() { PromptName = "qurey" }));
        StringAssert.Contains(e.Message, "passage, query", StringComparison.Ordinal);
    }

    [TestMethod]
    public void GetOutputSchema_AgreesWithTheTransformer()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(2));
        var options = Samples.Plain with
        {
            Columns = new() { TokenCount = "N", TokensUsed = "U", ExtensionUsed = "E", ChunkVectors = "V", ChunkOffsets = "O" },
        };
        var estimator = _ml.Transforms.Text.EmbedLongText("Embedding", "Text", options);
        using var model = estimator.Fit(data);
        string Print(IEnumerable<SchemaShape.Column> columns) => string.Join("; ", columns.Select(c => $"{c.Name} {c.Kind} {c.ItemType}"));
        Assert.AreEqual(
            Print(Samples.Shape(model.Transform(data).Schema)),
            Print(estimator.GetOutputSchema(Samples.Shape(data.Schema))));
    }

    [TestMethod]
    public void ExtraColumns_TellWhatHappened()
    {
        var data = _ml.Data.LoadFromEnumerable([
            new Document { Text = "Short." },
            new Document { Text = string.Join(' ', Enumerable.Repeat("word", 900)) }]);
        var options = Samples.Plain with
        {
            Extension = ContextExtension.PositionInterpolation(),
            Columns = new() { TokenCount = "N", TokensUsed = "U", ExtensionUsed = "E", ChunkVectors = "V", ChunkOffsets = "O", ChunkTokens = 100 },
        };
        using var model = _ml.Fit(data, options);
        var view = model.Transform(data);
        CollectionAssert.AreEqual(new[] { 4, 902 }, view.GetColumn<int>("N").ToArray());
        CollectionAssert.AreEqual(new[] { 4, 902 }, view.GetColumn<int>("U").ToArray());
        CollectionAssert.AreEqual(new[] { "none", "pi" }, view.GetColumn<string>("E").ToArray());
        var offsets = view.GetColumn<int[]>("O").ToArray();
        var chunks = view.GetColumn<float[]>("V").ToArray();
        CollectionAssert.AreEqual(new[] { 0, 6 }, offsets[0]);
        Assert.HasCount(9 * 2, offsets[1]);
        Assert.HasCount(9 * 384, chunks[1]);
    }

    [TestMethod]
    public void Formats_CodeTheFloatVector()
    {
        var data = _ml.Data.LoadFromEnumerable(Samples.Documents(3));
        float[][] vectors;
        using (var model = _ml.Fit(data, Samples.Plain with { Output = new() { Dimensions = 100 } }))
            vectors = model.Transform(data).Vectors();
        using var int8 = _ml.Fit(data, Samples.Plain with { Output = new() { Dimensions = 100, Format = EmbeddingFormat.Int8 } });
        using var binary = _ml.Fit(data, Samples.Plain with { Output = new() { Dimensions = 100, Format = EmbeddingFormat.Binary } });
        var bytes = int8.Transform(data).GetColumn<sbyte[]>("Embedding").ToArray();
        var bits = binary.Transform(data).GetColumn<byte[]>("Embedding").ToArray();
        for (var row = 0; row < 3; row++)
        {
            var largest = vectors[row].Max(Math.Abs);
            Assert.HasCount(100, bytes[row]);
            Assert.HasCount(13, bits[row]);
            for (var i = 0; i < 100; i++)
            {
                Assert.AreEqual(127 * vectors[row][i] / largest, bytes[row][i], 0.51, $"row {row}, dimension {i}");
                Assert.AreEqual(vectors[row][i] > 0, (bits[row][i / 8] & (0x80 >> (i % 8))) != 0, $"row {row}, dimension {i}");
            }
        }
    }
}
