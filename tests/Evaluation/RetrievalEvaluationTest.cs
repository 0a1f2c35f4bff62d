using Microsoft.ML;
using ML.Extensions.Evaluation;
using ML.Extensions.LongText;
using ML.Extensions.Tests.Conformance;

namespace ML.Extensions.Tests.Evaluation;

[TestClass]
public class RetrievalEvaluationTest
{
    private const int Documents = 1_300, Queries = 40; // over two blocks

    private static readonly MLContext Ml = new(seed: 1);
    private static readonly RetrievalEvaluationOptions Graded = new() { Columns = new() { Grade = "Grade" } };

    [TestMethod]
    [DataRow(RetrievalGain.Linear, SimilarityFunction.Cosine)]
    [DataRow(RetrievalGain.Exponential, SimilarityFunction.Dot)]
    [DataRow(RetrievalGain.Linear, SimilarityFunction.Euclidean)]
    public void Evaluate_AgreesWithTrecEval(RetrievalGain gain, SimilarityFunction similarity)
    {
        var (queries, documents, judged) = Random(7);
        var metrics = Evaluate(queries, documents, judged, Graded with { Gain = gain, Similarity = similarity, Depth = 200 });
        Assert.HasCount(Queries, metrics.Queries);
        foreach (var (query, ours) in queries.Zip(metrics.Queries))
        {
            var oracle = new TrecEvalOracle(
                documents.ToDictionary(d => d.DocumentId, d => similarity.Of(query.Embedding, d.Embedding)),
                judged.Where(j => j.QueryId == query.QueryId).ToDictionary(j => j.DocumentId, j => (double)j.Grade),
                gain == RetrievalGain.Linear ? g => g : g => Math.Pow(2, g) - 1);
            Assert.AreEqual(query.QueryId, ours.Id);
            foreach (var k in new[] { 1, 3, 10, 100, 200 })
            {
                Assert.AreEqual(oracle.Ndcg(k), ours.Measure(RetrievalMetric.Ndcg, k), 1e-12, $"nDCG@{k}");
                Assert.AreEqual(oracle.Recall(k), ours.Measure(RetrievalMetric.Recall, k), 1e-12, $"recall@{k}");
                Assert.AreEqual(oracle.Precision(k), ours.Measure(RetrievalMetric.Precision, k), 1e-12, $"P@{k}");
                Assert.AreEqual(oracle.Success(k), ours.Measure(RetrievalMetric.HitRate, k), 1e-12, $"success@{k}");
                Assert.AreEqual(oracle.ReciprocalRank(k), ours.Measure(RetrievalMetric.ReciprocalRank, k), 1e-12, $"RR@{k}");
                Assert.AreEqual(oracle.AveragePrecision(k), ours.Measure(RetrievalMetric.AveragePrecision, k), 1e-12, $"AP@{k}");
            }
        }

        Assert.IsTrue(metrics.Ndcg().Value is > 0.001 and < 1, metrics.ToString());
        Assert.AreEqual(metrics.Queries.Average(q => q.Measure(RetrievalMetric.Ndcg, 10)), metrics.Ndcg().Value, 1e-12);
    }

    [TestMethod]
    public void Evaluate_EqualScores_GreaterIdFirst_WhateverTheOrderOfRows()
    {
        EmbeddedText[] queries = [EmbeddedText.Query("q", 1, 0, 0)];
        EmbeddedText[] documents = [EmbeddedText.Document("a", 2, 0, 0), EmbeddedText.Document("c", 2, 0, 0), EmbeddedText.Document("b", 2, 0, 0)];
        JudgedPair[] judged = [new() { QueryId = "q", DocumentId = "b" }];
        foreach (var depth in new[] { 2, 1_000 })
        {
            foreach (var order in new[] { documents, [.. documents.Reverse()] })
            {
                var ranking = Evaluate(queries, order, judged, new() { Depth = depth }).Queries[0];
                Assert.AreEqual("c", ranking.TopDocumentId);
                Assert.AreEqual(2, ranking.FirstRelevantRank);
            }
        }
    }

    [TestMethod]
    public void Evaluate_HandComputed()
    {
        // Ranking d1 d2 d3; grades d1 0, d2 1, d3 2: DCG 1/log2(3) + 2/2, best 2 + 1/log2(3).
        var metrics = Evaluate(
            [EmbeddedText.Query("q", 1, 0, 0)],
            [EmbeddedText.Document("d3", 1, 3, 0), EmbeddedText.Document("d2", 1, 2, 0), EmbeddedText.Document("d1", 1, 1, 0)],
            [new() { QueryId = "q", DocumentId = "d1", Grade = 0 }, new() { QueryId = "q", DocumentId = "d2" }, new() { QueryId = "q", DocumentId = "d3", Grade = 2 }],
            Graded);
        Assert.AreEqual((0.6309297535714575 + 1) / (2 + 0.6309297535714575), metrics.Ndcg(3).Value, 1e-12);
        Assert.AreEqual((0.5 + (2 / 3.0)) / 2, metrics.MeanAveragePrecision(1_000).Value, 1e-12); // three documents: any k is known
        Assert.AreEqual(0.5, metrics.MeanReciprocalRank().Value);
        Assert.AreEqual(0, metrics.HitRate(1).Value);
        Assert.AreEqual(0.5, metrics.Recall(2).Value);
        Assert.IsTrue(double.IsNaN(metrics.Ndcg().StandardError));
    }

    [TestMethod]
    public void Evaluate_UnjudgedQueriesAreLeftOut_AndHopelessOnesCountZero()
    {
        var metrics = Evaluate(
            [EmbeddedText.Query("none", 1, 0, 0), EmbeddedText.Query("zero", 1, 0, 0), EmbeddedText.Query("one", 1, 0, 0)],
            [EmbeddedText.Document("d", 1, 0, 0)],
            [new() { QueryId = "zero", DocumentId = "d", Grade = 0 }, new() { QueryId = "one", DocumentId = "d" }],
            Graded);
        Assert.AreEqual(1, metrics.UnjudgedQueries);
        Assert.AreEqual(new MetricMean(0.5, 0.5, 2), metrics.Ndcg());
    }

    [TestMethod]
    public void Evaluate_SkipIdenticalIds_LeavesTheQueryItselfOut()
    {
        EmbeddedText[] queries = [new() { QueryId = "a", Embedding = [1, 0, 0] }];
        EmbeddedText[] documents = [EmbeddedText.Document("a", 1, 0, 0), EmbeddedText.Document("b", 1, 1, 0)];
        JudgedPair[] judged = [new() { QueryId = "a", DocumentId = "b" }];
        Assert.AreEqual(0, Evaluate(queries, documents, judged).HitRate(1).Value);
        Assert.AreEqual(1, Evaluate(queries, documents, judged, new() { SkipIdenticalIds = true }).HitRate(1).Value);
    }

    [TestMethod]
    public void Evaluate_ByLengthAndDepth_SplitTheQueries()
    {
        EmbeddedText Long(string id, int words, params float[] v) => new() { DocumentId = id, Embedding = v, Words = words };
        var metrics = Evaluate(
            [EmbeddedText.Query("p", 1, 0, 0), EmbeddedText.Query("q", 0, 1, 0), EmbeddedText.Query("r", 0, 1, 0)],
            [Long("short", 100, 1, 0, 0), Long("middle", 512, 0, 1, 0), Long("long", 9_000, 0, 0, 1)],
            [
                new() { QueryId = "p", DocumentId = "short", Place = 0.01 }, new() { QueryId = "q", DocumentId = "middle", Place = 0.5 },
                new() { QueryId = "r", DocumentId = "long", Place = 1 },
            ],
            new() { Columns = new() { DocumentLength = "Words", AnswerDepth = "Place" } });
        var lengths = metrics.ByLength(512, 1_024, 4_096);
        CollectionAssert.AreEqual(new[] { 0.0, 512, 4_096 }, lengths.Select(b => b.From).ToArray());
        CollectionAssert.AreEqual(new[] { 1.0, 1, 0 }, lengths.Select(b => b.Metrics.HitRate(1).Value).ToArray());
        Assert.AreEqual(double.PositiveInfinity, lengths[^1].To);
        var depths = metrics.ByDepth(0.02, 0.5);
        CollectionAssert.AreEqual(new[] { 1, 2 }, depths.Select(b => b.Metrics.Queries.Count).ToArray());
        Assert.ThrowsExactly<ArgumentException>(() => metrics.ByLength(5, 5));
        Assert.ThrowsExactly<ArgumentException>(() => metrics.ByDepth());
    }

    [TestMethod]
    public void Evaluate_WithoutLengths_ByLengthSaysWhichOption() =>
        Assert.Contains("length column", Assert.ThrowsExactly<InvalidOperationException>(() => Simple().ByLength(512)).Message);

    [TestMethod]
    public void Evaluate_PlacesBeyondDepthAreRefused()
    {
        var (queries, documents, judged) = Random(3);
        var metrics = Evaluate(queries, documents, judged, Graded with { Depth = 5 });
        Assert.Contains("Set the option Depth to 6", Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => metrics.Ndcg(6)).Message);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => metrics.Ndcg(0));
    }

    private static RetrievalMetrics Simple() => Evaluate(
        [EmbeddedText.Query("q", 1, 0, 0)], [EmbeddedText.Document("d", 1, 0, 0)], [new() { QueryId = "q", DocumentId = "d" }]);

    internal static RetrievalMetrics Evaluate(
        IEnumerable<EmbeddedText> queries, IEnumerable<EmbeddedText> documents, IEnumerable<JudgedPair> judged, RetrievalEvaluationOptions? options = null) =>
        Ml.Ranking.EvaluateRetrieval(
            Ml.Data.LoadFromEnumerable(queries), Ml.Data.LoadFromEnumerable(documents), Ml.Data.LoadFromEnumerable(judged), options);

    /// <summary>Random vectors, some documents twice under other ids, several graded documents a query, near ones among them.</summary>
    private static (EmbeddedText[] Queries, EmbeddedText[] Documents, JudgedPair[] Judged) Random(int seed)
    {
        var random = new Random(seed);
        float[] Vector() => [.. Enumerable.Range(0, 3).Select(_ => (float)((random.NextDouble() * 2) - 1))];
        var documents = Enumerable.Range(0, Documents).Select(i => EmbeddedText.Document($"d{i}", Vector())).ToArray();
        for (var i = 0; i < Documents; i += 5)
            documents[(i + 1) % Documents].Embedding = documents[i].Embedding;
        var queries = Enumerable.Range(0, Queries).Select(i => EmbeddedText.Query($"q{i}", Vector())).ToArray();
        var judged = new List<JudgedPair>();
        foreach (var query in queries)
        {
            var near = documents.OrderByDescending(d => SimilarityFunction.Cosine.Of(query.Embedding, d.Embedding)).Take(60).ToArray();
            var chosen = random.GetItems(near, 6).Concat(random.GetItems(documents, 4)).Distinct();
            judged.AddRange(chosen.Select(d => new JudgedPair { QueryId = query.QueryId, DocumentId = d.DocumentId, Grade = random.Next(-1, 4) }));
        }

        return (queries, documents, [.. judged]);
    }
}
