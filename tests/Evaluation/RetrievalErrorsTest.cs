using Microsoft.ML;
using ML.Extensions.Evaluation;

namespace ML.Extensions.Tests.Evaluation;

[TestClass]
public class RetrievalErrorsTest
{
    private static readonly EmbeddedText[] Queries = [EmbeddedText.Query("q1", 1, 0, 0), EmbeddedText.Query("q2", 0, 1, 0)];
    private static readonly EmbeddedText[] Documents = [EmbeddedText.Document("d1", 1, 0, 0), EmbeddedText.Document("d2", 0, 1, 0)];
    private static readonly JudgedPair[] Judged = [new() { QueryId = "q1", DocumentId = "d1" }, new() { QueryId = "q2", DocumentId = "d2" }];

    [TestMethod]
    public void AnIdTwice_IsNamed()
    {
        Fails("Queries: the id 'q1' stands there twice", queries: [.. Queries, Queries[0]]);
        Fails("Documents: the id 'd2' stands there twice", documents: [.. Documents, Documents[1]]);
        Fails("query 'q2', document 'd2' stands there twice", judged: [.. Judged, Judged[1]]);
    }

    [TestMethod]
    public void AnUnknownId_IsNamed_OrLeftOut()
    {
        JudgedPair[] query = [.. Judged, new() { QueryId = "q3", DocumentId = "d1" }], document = [.. Judged, new() { QueryId = "q1", DocumentId = "d9" }];
        Fails("the query 'q3' is not among the queries", judged: query);
        Fails("the document 'd9' is not among the documents", judged: document);
        var leaveOut = new RetrievalEvaluationOptions { LeaveOutUnknownIds = true };
        Assert.AreEqual(1, RetrievalEvaluationTest.Evaluate(Queries, Documents, query, leaveOut).Ndcg().Value);
        Assert.AreEqual(1, RetrievalEvaluationTest.Evaluate(Queries, Documents, document, leaveOut).Ndcg().Value);
        Fails("none names a query and a document", judged: [new() { QueryId = "q3", DocumentId = "d1" }], options: leaveOut);
    }

    [TestMethod]
    public void NoRows_AreAnError()
    {
        Fails("Queries: there are no rows", queries: []);
        Fails("Documents: there are no rows", documents: []);
        Fails("Judgements: there are no rows", judged: []);
    }

    [TestMethod]
    public void OtherDimensions_NameTheRow()
    {
        var free = new RetrievalEvaluationOptions { Columns = new() { QueryEmbedding = "Free", DocumentEmbedding = "Free" } };
        Fails("Documents: the embedding of 'd3' has 2 dimensions, the queries' have 3", documents: [.. Documents, EmbeddedText.Document("d3", 1, 2)], options: free);
        Fails("Queries: the embedding of 'q3' has 4 dimensions", queries: [.. Queries, EmbeddedText.Query("q3", 1, 2, 3, 4)], options: free);
        Fails("Column 'Free', row 2 is a vector without components", documents: [.. Documents, EmbeddedText.Document("d3")], options: free);
    }

    [TestMethod]
    public void BadValues_NameTheRow()
    {
        Fails("The embedding of document 'd3' holds NaN", documents: [.. Documents, EmbeddedText.Document("d3", 1, float.NaN, 0)]);
        Fails("Column 'QueryId', row 2 is empty", queries: [.. Queries, EmbeddedText.Query("", 1, 0, 0)]);
        Fails("Column 'Grade', row 2 is NaN", judged: [.. Judged, new() { QueryId = "q1", DocumentId = "d2", Grade = float.NaN }], options: new() { Columns = new() { Grade = "Grade" } });
        Fails("has the depth 1.5", judged: [new() { QueryId = "q1", DocumentId = "d2", Place = 1.5 }], options: new() { Columns = new() { AnswerDepth = "Place" } });
    }

    [TestMethod]
    public void AColumn_IsNamedWithItsView()
    {
        var missing = Fails("Could not find input column 'Embeding'. Did you mean 'Embedding'?", options: new() { Columns = new() { DocumentEmbedding = "Embeding" } });
        Assert.AreEqual("documents", ((ArgumentException)missing).ParamName);
        Fails("input column 'Words': expected a vector of Single or Double, got Int32", options: new() { Columns = new() { QueryEmbedding = "Words" } });
        Fails("expected Single, Double or a whole number, got String", options: new() { Columns = new() { Grade = "QueryId" } });
    }

    [TestMethod]
    public void WholeNumbers_AreIdsToo()
    {
        var ml = new MLContext(seed: 1);
        var metrics = ml.Ranking.EvaluateRetrieval(
            ml.Data.LoadFromEnumerable(new[] { new EmbeddedText { Words = 7, Embedding = [1, 0, 0] } }),
            ml.Data.LoadFromEnumerable(Documents),
            ml.Data.LoadFromEnumerable(new[] { new EmbeddedText { Words = 7, DocumentId = "d1" } }),
            new() { Columns = new() { QueryId = "Words" } });
        Assert.AreEqual("7", metrics.Queries[0].Id);
        Assert.AreEqual(1, metrics.HitRate().Value);
    }

    private static ArgumentException Fails(
        string message, EmbeddedText[]? queries = null, EmbeddedText[]? documents = null, JudgedPair[]? judged = null, RetrievalEvaluationOptions? options = null)
    {
        var error = Assert.Throws<ArgumentException>(
            () => RetrievalEvaluationTest.Evaluate(queries ?? Queries, documents ?? Documents, judged ?? Judged, options));
        Assert.Contains(message, error.Message);
        return error;
    }
}
