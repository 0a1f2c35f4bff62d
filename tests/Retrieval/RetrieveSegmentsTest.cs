using Microsoft.ML;
using ML.Extensions.LongText;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Tests.Retrieval;

/// <summary>RetrieveSegments in a pipeline.</summary>
[TestClass]
public sealed class RetrieveSegmentsTest
{
    private static readonly TempFolder Temp = new();
    private static readonly string Index = Make(Temp["docs.index"]);

    private static readonly SegmentRetrievalOptions Options = new() { Index = Index, Count = 3, IdsColumn = "Ids", ScoresColumn = "Scores" };

    private readonly MLContext _ml = new(seed: 1);

    private static IndexedDocument[] Documents =>
    [
        new("cats", "Cats purr when they are content.") { Links = ["dogs", "nowhere", "cats"] },
        new("dogs", "Dogs bark at strangers."),
        new("stars", "Stars burn hydrogen for billions of years.") { Links = ["cats", "sun"] },
        new("sun", "The sun is the star of our planets.") { Links = ["stars", "stars"] },
        new("long", "Long\n" + string.Join(' ', Enumerable.Range(0, 60).Select(n => $"Line {n} of filler about paint and wood.")) + " The volcano erupted in May. " + string.Join(' ', Enumerable.Range(0, 60).Select(n => $"Line {n} about carpets."))),
    ];

    [ClassCleanup]
    public static void Delete() => Temp.Dispose();

    private static string Make(string path)
    {
        DocumentIndexer.Update(path, Documents, EmbeddingModel.Default);
        return path;
    }

    private SegmentRetrievalTransformer Fit(SegmentRetrievalOptions? options = null) =>
        _ml.Transforms.Text.RetrieveSegments("Segments", "Edges", "Question", options ?? Options).Fit(_ml.Data.LoadFromEnumerable<Row>([]));

    private Found[] Ask(SegmentRetrievalTransformer model, params string?[] questions) =>
        [.. _ml.Data.CreateEnumerable<Found>(model.Transform(_ml.Data.LoadFromEnumerable(questions.Select(q => new Row { Question = q }))), reuseRowObject: false)];

    [TestMethod]
    public void Segments_ComeBestLastWithTheCorpusLinks()
    {
        using var model = Fit();
        var found = Ask(model, "Which star do our planets go round?", null, "  ");
        CollectionAssert.AreEqual(new[] { "stars", "sun" }, found[0].Ids[1..]);
        Assert.AreEqual("The sun is the star of our planets.", found[0].Segments[2]);
        CollectionAssert.AreEqual(found[0].Scores.Order().ToArray(), found[0].Scores);
        Assert.IsTrue(found[0].Scores.All(s => s is > 0 and <= 1), string.Join(' ', found[0].Scores));
        // stars point to the sun, so the sun (2) is a source of the stars (1), and the other way round, each once
        CollectionAssert.IsSubsetOf(new[] { (1, 2), (2, 1) }, found[0].Edges.Chunk(2).Select(e => (e[0], e[1])).ToArray());
        Assert.AreEqual(found[0].Edges.Length / 2, found[0].Edges.Chunk(2).Select(e => (e[0], e[1])).Distinct().Count());
        foreach (var empty in found[1..])
            Assert.IsTrue(empty.Segments.Length == 0 && empty.Edges.Length == 0);
    }

    [TestMethod]
    public void Linked_BringsWhatTheBestPointTo()
    {
        using var near = Fit(Options with { Count = 2 });
        using var linked = Fit(Options with { Count = 2, Linked = 1 });
        const string Question = "Why does my cat purr, the cat?";
        Assert.AreEqual("cats", Ask(linked, Question)[0].Ids[^1]);
        CollectionAssert.Contains(Ask(linked, Question)[0].Ids, "dogs");
        CollectionAssert.AreEqual(new[] { 0, 1 }, Ask(linked, Question)[0].Edges, "dogs are the source of cats");
        Assert.AreEqual("cats", Ask(near, Question)[0].Ids[^1]);
    }

    [TestMethod]
    public void LongDocument_StandsByItsNearestPiece()
    {
        using var model = Fit(Options with { Count = 5, SegmentTokens = 128 });
        using var whole = Fit(Options with { Count = 5, SegmentTokens = null });
        const string Question = "When did the volcano erupt?";
        static string Long(Found found) => found.Segments[Array.IndexOf(found.Ids, "long")];
        var piece = Long(Ask(model, Question)[0]);
        Assert.StartsWith("Long\n", piece);
        Assert.Contains("The volcano erupted", piece);
        Assert.IsLessThan(1_500, piece.Length);
        Assert.AreEqual(Documents[^1].Text, Long(Ask(whole, Question)[0]));
    }

    [TestMethod]
    public void SaveAndLoad_FindTheSame()
    {
        using var model = Fit(Options with { Count = 2, Linked = 1, SegmentTokens = 128 });
        using var file = new MemoryStream();
        _ml.Model.Save(model, _ml.Data.LoadFromEnumerable<Row>([]).Schema, file);
        file.Position = 0;
        using var loaded = (SegmentRetrievalTransformer)new MLContext(seed: 2).Model.Load(file, out _);
        Assert.AreEqual(model.Options, loaded.Options);
        var (a, b) = (Ask(model, "cats")[0], Ask(loaded, "cats")[0]);
        CollectionAssert.AreEqual(a.Segments, b.Segments);
        CollectionAssert.AreEqual(a.Edges, b.Edges);
        using var engine = _ml.Model.CreatePredictionEngine<Row, Found>(loaded);
        CollectionAssert.AreEqual(a.Scores, engine.Predict(new() { Question = "cats" }).Scores);
    }

    [TestMethod]
    public void UpdatedIndex_IsSeenByTheNextFit()
    {
        var path = Temp["changing.index"];
        DocumentIndexer.Update(path, Documents[..2], EmbeddingModel.Default);
        using var before = Fit(Options with { Index = path });
        DocumentIndexer.Update(path, Documents[..1], EmbeddingModel.Default);
        using var after = Fit(Options with { Index = path });
        Assert.HasCount(2, Ask(before, "cats")[0].Segments);
        Assert.HasCount(1, Ask(after, "cats")[0].Segments);
    }

    [TestMethod]
    public void Fit_RefusesWhatCannotWork()
    {
        void Fails<TError>(string message, SegmentRetrievalOptions options, string question = "Question")
            where TError : Exception => Assert.Contains(message, Assert.ThrowsExactly<TError>(
                () => _ml.Transforms.Text.RetrieveSegments("Segments", "Edges", question, options).Fit(_ml.Data.LoadFromEnumerable<Row>([]))).Message);
        Fails<ArgumentOutOfRangeException>("Did you mean 'Question'", Options, "Questions");
        Fails<FileNotFoundException>("There is no index", Options with { Index = Temp["none.index"] });
        Fails<InvalidDataException>("damaged", Options with { Index = Temp.Write("no.index", "no index at all, but long enough for one") });
        Fails<InvalidDataException>("another model", Options with { Model = EmbeddingModel.MiniLM });
        Fails<ArgumentException>("Linked is 3", Options with { Linked = 3 });
        Fails<ArgumentException>("'Edges'", Options with { IdsColumn = "Edges" });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Options with { Count = 0 });
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => Options with { SegmentTokens = 1 });
    }

    [TestMethod]
    public void Cursor_IsLazy()
    {
        using var model = Fit();
        var view = model.Transform(_ml.Data.LoadFromEnumerable(new[] { new Row { Question = "cats" } }));
        model.Dispose(); // a column that nobody asks for costs nothing
        Assert.AreEqual("cats", _ml.Data.CreateEnumerable<Row>(view, reuseRowObject: false).Single().Question);
        CollectionAssert.AreEqual(new[] { "Question", "Segments", "Edges", "Ids", "Scores" }, view.Schema.Select(c => c.Name).ToArray());
    }

    private sealed class Row
    {
        public string? Question { get; set; }
    }

    private sealed class Found
    {
        public string[] Segments { get; set; } = [];

        public int[] Edges { get; set; } = [];

        public string[] Ids { get; set; } = [];

        public float[] Scores { get; set; } = [];
    }
}
