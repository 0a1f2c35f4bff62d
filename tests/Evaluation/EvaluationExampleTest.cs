using Microsoft.ML;
using ML.Extensions.Evaluation;

namespace ML.Extensions.Tests.Evaluation;

/// <summary>The example of docs/Evaluation.md, on the default model.</summary>
[TestClass]
public class EvaluationExampleTest
{
    [TestMethod]
    public void Example_FindsBothDocuments()
    {
        var ml = new MLContext(seed: 1);
        var documents = ml.Data.LoadFromEnumerable(new[]
        {
            new { DocumentId = "cats", Text = "Cats sleep for most of the day and hunt at dusk." },
            new { DocumentId = "rates", Text = "The central bank raised its interest rate by half a point." },
        });
        var queries = ml.Data.LoadFromEnumerable(new[]
        {
            new { QueryId = "q1", Text = "When do cats hunt?" },
            new { QueryId = "q2", Text = "What did the bank do to interest rates?" },
        });
        var judgements = ml.Data.LoadFromEnumerable(new[]
        {
            new { QueryId = "q1", DocumentId = "cats" },
            new { QueryId = "q2", DocumentId = "rates" },
        });

        using var embedDocuments = ml.Transforms.Text.EmbedLongText("Embedding", "Text",
            new() { Columns = new() { TokenCount = "Tokens" } }).Fit(documents);
        using var embedQueries = ml.Transforms.Text.EmbedLongText("Embedding", "Text", new() { PromptName = "query" }).Fit(queries);

        RetrievalMetrics metrics = ml.Ranking.EvaluateRetrieval(
            embedQueries.Transform(queries), embedDocuments.Transform(documents), judgements,
            new() { Columns = new() { DocumentLength = "Tokens" } });

        Assert.AreEqual(1, metrics.Ndcg(10).Value);
        var bin = metrics.ByLength(512, 2_048).Single();
        Assert.AreEqual("[0, 512): 2 queries, nDCG@10 1.000 ± 0.000", bin.ToString());
    }
}
