using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public sealed class LinkedFactsTest
{
    [TestMethod]
    public void Answers_FollowTheFacts_AndEdgesThem()
    {
        var facts = new LinkedFacts(3);
        foreach (var order in Enum.GetValues<FactOrder>())
        {
            var hops = 0;
            var context = facts.Context(6, 3, () => 1 + (hops++ % 3), order);
            var next = context.Segments.ToDictionary(s => s[1], s => s[2]);
            foreach (var (question, answer) in context.Questions)
            {
                var (at, left) = (question[1], question[0] - LinkedFacts.Hop);
                for (; left > 0; left--)
                    at = next[at];
                CollectionAssert.AreEqual(new[] { at }, answer);
            }

            Assert.HasCount(6, context.Edges);
            foreach (var (source, target) in context.Edges)
                Assert.AreEqual(context.Segments[target][2], context.Segments[source][1], "the source holds the next fact");
            var asked = context.Questions[0].Question[1];
            if (order == FactOrder.AskedFirst)
                Assert.AreEqual(asked, context.Segments[0][1]);
            if (order == FactOrder.AskedLast)
                Assert.AreEqual(asked, context.Segments[^1][1]);
            if (order == FactOrder.SourcesFirst)
                Assert.AreEqual(5, context.Edges.Count(e => e.Source < e.Target));
        }
    }

    [TestMethod]
    public void RandomEdges_HaveAnySourceButThemselves()
    {
        var facts = new LinkedFacts(4);
        var edges = Enumerable.Range(0, 100).SelectMany(_ => facts.Context(4, 1, () => 1, FactOrder.Shuffled, randomEdges: true) is var c
            ? c.Edges.Select(e => (e.Source == e.Target, True: c.Segments[e.Source][1] == c.Segments[e.Target][2])) : []).ToArray();
        Assert.IsFalse(edges.Any(e => e.Item1));
        Assert.AreEqual(1 / 3.0, edges.Average(e => e.True ? 1 : 0), 0.1);
    }
}
