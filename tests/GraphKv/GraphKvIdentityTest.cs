using ML.Extensions.GraphKv;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>The engine's identities on random decoders with grouped heads (section 5 of the method's description).</summary>
[TestClass]
public sealed class GraphKvIdentityTest
{
    private const double Within = 1e-4;
    private const int L = 16;

    private static readonly int[] Prefix = RandomDecoder.Ids(3, 1), Question = RandomDecoder.Ids(5, 2);
    private static readonly int[][] Segments = [.. Enumerable.Range(0, 5).Select(n => RandomDecoder.Ids(6 + (3 * n) % 7, 10 + n))];

    private static IEnumerable<GraphKvPlan> Shared =>
    [
        GraphKvPlan.ParallelWindows, GraphKvPlan.AdaptiveParallel(), GraphKvPlan.Graph(SegmentGraph.Full, sourceLength: L),
        GraphKvPlan.Graph(SegmentGraph.Edges, 2, sourceLength: L), GraphKvPlan.Synchronous(SegmentGraph.Edges, sourceLength: L),
    ];

    [TestMethod]
    public void Chain_IsCausal() // 1
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var causal = answering.Causal([Prefix, .. Segments, Question]);
        Answering.Near(causal, answering.Logits(GraphKvPlan.Sequential, Prefix, Segments, Question), Within, "1 topological");
        var (engine, places) = (answering.Engine, answering.Lay(GraphKvPlan.Sequential, Prefix, Segments).Links.Select(l => l.Offset).ToArray());
        PlanLayout Jacobi(int rounds, bool adjacent)
        {
            int[][] parts = [Prefix, .. Segments];
            Entry[] last = [.. parts.Select((p, n) => new Entry(engine.Model, p, places[n], []))];
            for (var t = 0; t < rounds; t++)
                last = [.. parts.Select((p, n) => new Entry(engine.Model, p, places[n], last.Take(n).Skip(adjacent ? n - 1 : 0).Select((e, i) => new EntryLink(e, e.Offset))))];
            return new([.. last.Select(e => new EntryLink(e, e.Offset))], places[^1] + Segments[^1].Length);
        }

        Answering.Near(causal, answering.Logits(Jacobi(2, adjacent: false), Question), Within, "1 Jacobi, layers - 1 rounds");
        Assert.IsGreaterThan(0.02, Far(causal, answering.Logits(Jacobi(1, adjacent: false), Question)), "one round is not enough");
        Assert.IsGreaterThan(0.02, Far(causal, answering.Logits(Jacobi(2, adjacent: true), Question)), "neighbours are not enough");
    }

    [TestMethod]
    public void NoEdges_IsParallelWindows() // 2
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var windows = answering.Logits(GraphKvPlan.ParallelWindows, Prefix, Segments, Question);
        Answering.Same(windows, answering.Logits(GraphKvPlan.Graph(SegmentGraph.None, sourceLength: Segments.Max(s => s.Length)), Prefix, Segments, Question), "2");
        Assert.AreEqual(6, answering.Cache.Counters.MemoryHits, "the windows' entries serve again");
    }

    [TestMethod]
    public void Order_ChangesNoBit() // 3
    {
        using var model = new RandomDecoder();
        int[] order = [3, 0, 4, 2, 1];
        (int, int)[] edges = [(0, 1), (1, 2), (2, 0), (3, 3), (4, 2)];
        var permuted = edges.Reverse().Select(e => (Array.IndexOf(order, e.Item1), Array.IndexOf(order, e.Item2))).ToArray();
        foreach (var plan in Shared)
        {
            using var one = new Answering(model.Decoder);
            using var other = new Answering(model.Decoder);
            Answering.Same(
                one.Logits(plan, Prefix, Segments, Question, edges), other.Logits(plan, Prefix, [.. order.Select(n => Segments[n])], Question, permuted), $"3 {plan.Name}");
        }

        using var answering = new Answering(model.Decoder);
        int[][] sources = [Segments[2], Segments[0], Segments[1], Segments[3]];
        var star = GraphKvPlan.Graph(SegmentGraph.Star, sourceLength: L);
        Answering.Same(answering.Logits(star, Prefix, Segments[..4], Question), answering.Logits(star, Prefix, sources, Question), "3 star");
    }

    [TestMethod]
    public void TurnedAgain_IsTurnedThere() // 5
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var entry = new Entry(answering.Engine.Model, Segments[1], 0, []);
        foreach (var offset in new[] { 0, 3, 700 })
        {
            using var cached = answering.Engine.Open(new([new(entry, offset)], offset + Segments[1].Length));
            var found = Answering.Append(cached, Question);
            Answering.Near(model.Oracle.Logits([new(Segments[1], offset), new(Question, offset + Segments[1].Length, 0)])[^1], found, Within, $"5 at {offset}");
        }

        Assert.AreEqual(2, answering.Cache.Counters.MemoryHits);
    }

    [TestMethod]
    public void Shift_ChangesNothing() // 6
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var layout = answering.Lay(GraphKvPlan.Graph(SegmentGraph.Full, sourceLength: L), Prefix, Segments);
        var shifted = new PlanLayout([.. layout.Links.Select(l => l with { Offset = l.Offset + 100 })], layout.QuestionOffset + 100);
        Answering.Near(answering.Logits(layout, Question), answering.Logits(shifted, Question), Within, "6");
        var (near, far) = (answering.Lay(GraphKvPlan.Sequential, [], Segments), new Entry(answering.Engine.Model, Segments[0], 100, []));
        Assert.AreEqual(near.Links[0].Source.Key, far.Key, "no position of its own in the key");
    }

    [TestMethod]
    [DataRow("full")]
    [DataRow("edges")]
    [DataRow("chain")]
    public void ManyRounds_AreSynchronous(string name) // 7
    {
        (int, int)[] edges = [(0, 1), (1, 2), (2, 0), (3, 3), (4, 2), (2, 4)];
        foreach (var layers in new[] { 2, 3, 4 })
        {
            using var model = new RandomDecoder(layers);
            var graph = name == "full" ? SegmentGraph.Full : name == "edges" ? SegmentGraph.Edges : SegmentGraph.Chain;
            foreach (var path in new[] { AttentionPath.PerEdge, AttentionPath.SharedSources, AttentionPath.Gathered })
            {
                using var answering = new Answering(model.Decoder, path);
                var rounds = answering.Lay(GraphKvPlan.Graph(graph, layers - 1, GraphReadout.FinalOnly, L), Prefix, Segments, edges);
                var synchronous = answering.Lay(GraphKvPlan.Synchronous(graph, GraphReadout.FinalOnly, L), Prefix, Segments, edges);
                var (last, start) = (rounds.Links.Max(l => l.Offset), Prefix.Length);
                var moved = new PlanLayout([.. rounds.Links.Select(l => l.Offset == last ? l with { Offset = start + L } : l)], synchronous.QuestionOffset);
                Answering.Near(answering.Logits(moved, Question), answering.Logits(synchronous, Question), Within, $"7 {name}, {layers} layers, {path}");
            }
        }
    }

    [TestMethod]
    public void Target_DependsOnItsAncestorsOnly() // 8
    {
        using var model = new RandomDecoder();
        (int, int)[] edges = [(0, 1), (1, 2), (3, 4)];
        using var one = new Answering(model.Decoder);
        using var other = new Answering(model.Decoder);
        var changed = Segments.ToArray();
        changed[0] = RandomDecoder.Ids(changed[0].Length, 99);
        var plan = GraphKvPlan.Graph(SegmentGraph.Edges, 1, GraphReadout.FinalOnly, L);
        Entry Target(Answering answering, int[][] segments, int n) => answering.Lay(plan, Prefix, segments, edges).Links.Single(l => l.Segment == n).Source;
        foreach (var (n, same) in new[] { (1, false), (2, true), (4, true) }) // 2 sees 1 as it is by itself: 0 is two hops away
        {
            var (a, b) = (Target(one, Segments, n), Target(other, changed, n));
            Assert.AreEqual(same, a.Key == b.Key);
            var (first, second) = (one.Logits(new([new(a, 50)], 70), Question), other.Logits(new([new(b, 50)], 70), Question));
            if (same)
                Answering.Same(first, second, $"8 target {n}");
            else
                Assert.IsGreaterThan(1e-3, Far(first, second));
        }
    }

    [TestMethod]
    public void OneBlockAndWholeBlend_AreCausal() // 11
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var one = answering.Causal(Segments[1], Question);
        foreach (var plan in new[] { GraphKvPlan.BlockAttention, GraphKvPlan.ParallelWindows, GraphKvPlan.CacheBlend(0), GraphKvPlan.CacheBlend(1), GraphKvPlan.AdaptiveParallel(1, 1) })
            Answering.Near(one, answering.Logits(plan, [], [Segments[1]], Question), Within, $"11 one block, {plan.Name}");
        var all = answering.Causal([Prefix, .. Segments, Question]);
        Answering.Near(all, answering.Logits(GraphKvPlan.CacheBlend(1), Prefix, Segments, Question), Within, "11 blend of everything");
        double[] errors = [.. new[] { 0, 0.15, 0.5, 1 }.Select(r => Far(all, answering.Logits(GraphKvPlan.CacheBlend(r), Prefix, Segments, Question)))];
        Console.WriteLine($"blend 0, 0.15, 0.5, 1: {string.Join(", ", errors)}");
        Assert.IsGreaterThan(errors[3] + 0.01, errors[0]);
        var block = Far(all, answering.Logits(GraphKvPlan.BlockAttention, Prefix, Segments, Question));
        Assert.IsGreaterThan(0.01, block);
    }

    [TestMethod]
    public void WindowThatHoldsAll_IsFull() // 11
    {
        using var full = new RandomDecoder();
        using var answering = new Answering(full.Decoder);
        GraphKvPlan[] plans = [GraphKvPlan.Sequential, GraphKvPlan.BlockAttention, .. Shared, GraphKvPlan.TopSources(2), GraphKvPlan.Released(2), GraphKvPlan.CacheBlend(0.5)];
        const int Longest = 3 + 64 + 64 + 64 + 64 + 5; // positions that any of the plans reaches
        foreach (var (window, same) in new[] { (Longest, true), (4, false) })
        {
            using var model = new RandomDecoder(change: c => (c["model_type"], c["sliding_window"]) = ("mistral", window)); // the same weights
            using var sliding = new Answering(model.Decoder);
            foreach (var plan in plans)
            {
                var (a, b) = (answering.Logits(plan, Prefix, Segments, Question, [(0, 1), (1, 2)]), sliding.Logits(plan, Prefix, Segments, Question, [(0, 1), (1, 2)]));
                if (same)
                    Answering.Near(a, b, Within, $"11 window {window}, {plan.Name}");
                else
                    Assert.IsGreaterThan(0.01, Far(a, b), $"window {window}, {plan.Name}");
            }
        }
    }

    [TestMethod]
    public void Blend_GoesOnDecoding()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        CollectionAssert.AreEqual(
            answering.Greedy(GraphKvPlan.Sequential, Prefix, Segments, Question, 6), answering.Greedy(GraphKvPlan.CacheBlend(1), Prefix, Segments, Question, 6));
    }

    [TestMethod]
    public void Shares_SumToWhatSegmentsGot()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        foreach (var plan in new[] { GraphKvPlan.BlockAttention, GraphKvPlan.AdaptiveParallel(0.5, 0.5) })
        {
            using var readout = answering.Engine.Open(answering.Lay(plan, Prefix, [.. Segments[..2], [], Segments[2]]), shares: true);
            Answering.Append(readout, Question);
            Answering.Append(readout, [3]);
            CollectionAssert.AreEquivalent(new[] { 0, 1, 3 }, readout.Shares.Keys.ToArray(), "numbers are those given");
            Assert.IsTrue(readout.Shares.Values.All(s => s is > 0 and < 1) && readout.Shares.Values.Sum() < 1, string.Join(' ', readout.Shares.Values));
        }
    }

    private static double Far(float[] a, float[] b) => a.Zip(b, (x, y) => Math.Abs(x - y)).Max();
}
