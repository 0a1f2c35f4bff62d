using Microsoft.ML;
using ML.Extensions.GraphKv;
using ML.Extensions.LongText;
using ML.Extensions.Retrieval;
using ML.Extensions.Tests.Generation;

namespace ML.Extensions.Tests.Retrieval;

/// <summary>The pipeline that a user writes: segments and edges from an index, an answer over them; saved, loaded, row by row.</summary>
[TestClass]
public sealed class CorpusPipelineTest
{
    private readonly MLContext _ml = new(seed: 1);

    [TestMethod]
    public void Pipeline_AnswersFromACorpus()
    {
        using var model = new TinyModel(window: 4096);
        using var folder = new TempFolder();
        DocumentIndexer.Update(
            folder["docs.index"],
            [new("cats", "w7 w8 cats purr") { Links = ["dogs"] }, new("dogs", "w9 w10 dogs bark"), new("stars", "w11 stars shine") { Links = ["cats", "dogs"] }], EmbeddingModel.Default);
        Asked[] rows = [new() { Question = "cats w7" }, new() { Question = "stars w8" }, new() { Question = null }];
        var data = _ml.Data.LoadFromEnumerable(rows);
        var pipeline = _ml.Transforms.Text.RetrieveSegments("Segments", "Edges", "Question", new() { Index = folder["docs.index"], Count = 3 })
            .Append(_ml.Transforms.Text.AnswerWithGraphKv("Answer", "Question", "Segments", "Edges", new()
            {
                Model = model.Folder, Plan = GraphKvPlan.Graph(SegmentGraph.Edges), Cache = folder["kv"], MaxNewTokens = 6,
                Columns = new() { Shares = "Shares", TokensReused = "Reused" },
            }));
        using var fitted = pipeline.Fit(data);
        Answered[] Answers(ITransformer transformer) => [.. _ml.Data.CreateEnumerable<Answered>(transformer.Transform(data), reuseRowObject: false)];
        var found = Answers(fitted);
        Assert.IsTrue(found.All(f => f.Answer.Length > 0));
        CollectionAssert.AreEqual(new[] { 3, 3, 0 }, found.Select(f => f.Shares.Length).ToArray(), "a question that is missing has no segments");
        Assert.HasCount(6, found[0].Edges, "three links");
        Assert.IsGreaterThan(0, found[1].Reused, "segments by themselves are there from the first row");

        using var file = new MemoryStream();
        _ml.Model.Save(fitted, data.Schema, file);
        file.Position = 0;
        var loaded = new MLContext(seed: 2).Model.Load(file, out _);
        using (loaded as IDisposable)
        {
            CollectionAssert.AreEqual(found.Select(f => f.Answer).ToArray(), Answers(loaded).Select(f => f.Answer).ToArray());
            using var engine = _ml.Model.CreatePredictionEngine<Asked, Answered>(loaded);
            for (var i = 0; i < rows.Length; i++)
                Assert.AreEqual(found[i].Answer, engine.Predict(rows[i]).Answer);
        }
    }

    private sealed class Asked
    {
        public string? Question { get; set; }
    }

    private sealed class Answered
    {
        public string Answer { get; set; } = "";

        public int[] Edges { get; set; } = [];

        public float[] Shares { get; set; } = [];

        public long Reused { get; set; }
    }
}
