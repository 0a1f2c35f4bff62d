using System.Runtime.CompilerServices;
using ML.Extensions.Evaluation;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.Evaluation;

[TestClass]
public class RetrievalEvaluatorTest
{
    [TestMethod]
    public void Add_LetsGoOfDocumentsThatWereRanked()
    {
        var evaluator = new RetrievalEvaluator([new("q", [1, 0])], new() { Depth = 10, Similarity = SimilarityFunction.Dot }); // keeps no copies
        var seen = Fill(evaluator, 2_000);
        GC.Collect();
        Assert.IsLessThan(600, seen.Count(v => v.IsAlive), "More than the block that is being filled is held.");
        var judgements = new JudgementTable();
        judgements.Add("q", "d1999");
        Assert.AreEqual(1, evaluator.Finish(judgements).HitRate(1).Value);
    }

    [TestMethod]
    public void TopDocuments_KeepTheBest_WhateverTheOrder()
    {
        var random = new Random(2);
        var scores = Enumerable.Range(0, 500).Select(i => (Id: $"d{i}", Score: (double)random.Next(40))).ToArray();
        var expected = scores.OrderByDescending(s => s.Score).ThenByDescending(s => s.Id, StringComparer.Ordinal).Take(25).Select(s => s.Id).ToArray();
        for (var order = 0; order < 3; order++)
        {
            var top = new TopDocuments(25);
            foreach (var (id, score) in scores)
                top.Offer(id, score);
            CollectionAssert.AreEqual(expected, top.Take());
            random.Shuffle(scores);
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static List<WeakReference> Fill(RetrievalEvaluator evaluator, int count)
    {
        var seen = new List<WeakReference>();
        for (var i = 0; i < count; i++)
        {
            var vector = new float[] { i, 50 };
            seen.Add(new(vector));
            evaluator.Add(new($"d{i}", vector));
        }

        return seen;
    }
}
