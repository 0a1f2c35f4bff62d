using ML.Extensions.GraphKv;
using ML.Extensions.Tests.Conformance;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>
/// Every plan against a dense boolean mask with explicit positions, in double (identity 4, which holds 1, 2 and 11 too). The
/// blocks are written down here by the plans' definitions, not taken from the plans.
/// </summary>
[TestClass]
public sealed class PlanOracleTest
{
    private const double Within = 1e-4; // the page's for float32

    private static readonly int[] Prefix = RandomDecoder.Ids(3, 1), Question = RandomDecoder.Ids(4, 2);
    private static readonly int[][] Segments = [RandomDecoder.Ids(5, 3), RandomDecoder.Ids(7, 4), RandomDecoder.Ids(6, 5), RandomDecoder.Ids(4, 6)];
    private static readonly (int, int)[] Cycle = [(0, 1), (1, 2), (2, 0), (3, 3), (0, 1)]; // a cycle, a self-loop, a duplicate
    private const int P = 3, L = 8;

    private static GraphKvOracle.Block B(int[] ids, int offset, params int[] sees) => new(ids, offset, sees);

    /// <summary>Name, plan, edges, blocks, and T, S with the blocks that they weigh.</summary>
    private static IEnumerable<(string Name, GraphKvPlan Plan, (int, int)[]? Edges, GraphKvOracle.Block[] Blocks, (double, double, int[])? Temper)> Cases()
    {
        GraphKvOracle.Block prefix = B(Prefix, 0), question = B(Question, 25, 0, 1, 2, 3, 4);
        var (s, q) = (Segments, Question);
        yield return ("sequential", GraphKvPlan.Sequential, null, [prefix, B(s[0], 3, 0), B(s[1], 8, 0, 1), B(s[2], 15, 0, 1, 2), B(s[3], 21, 0, 1, 2, 3), question], null);
        yield return ("block", GraphKvPlan.BlockAttention, null, [prefix, B(s[0], 3), B(s[1], 8), B(s[2], 15), B(s[3], 21), question], null);
        yield return ("block, prefix seen", GraphKvPlan.BlockAttention with { SegmentsSeePrefix = true }, null,
            [prefix, B(s[0], 3, 0), B(s[1], 8, 0), B(s[2], 15, 0), B(s[3], 21, 0), question], null);
        yield return ("pcw", GraphKvPlan.ParallelWindows, null, [prefix, B(s[0], P), B(s[1], P), B(s[2], P), B(s[3], P), question with { Offset = P + 7 }], null);
        GraphKvOracle.Block[] ape = [prefix, B(s[0], P, 0), B(s[1], P, 0), B(s[2], P, 0), B(s[3], P, 0), question with { Offset = P + 7 }];
        yield return ("ape", GraphKvPlan.AdaptiveParallel(0.7, 0.8), null, ape, (0.7, 0.8, [1, 2, 3, 4]));
        yield return ("ape(1, 1)", GraphKvPlan.AdaptiveParallel(1, 1), null, ape, null);
        yield return ("no edges", GraphKvPlan.Graph(SegmentGraph.None, sourceLength: L), null,
            [prefix, B(s[0], P), B(s[1], P), B(s[2], P), B(s[3], P), question with { Offset = P + L }], null);
        yield return ("star", GraphKvPlan.Graph(SegmentGraph.Star, sourceLength: L), null,
            [prefix, B(s[0], P), B(s[1], P), B(s[2], P), B(s[3], P + L, 1, 2, 3), question with { Offset = P + (2 * L) }], null);
        yield return ("star, prefix seen", GraphKvPlan.Graph(SegmentGraph.Star, sourceLength: L) with { SegmentsSeePrefix = true }, null,
            [prefix, B(s[0], P, 0), B(s[1], P, 0), B(s[2], P, 0), B(s[3], P + L, 0, 1, 2, 3), question with { Offset = P + (2 * L) }], null);
        yield return ("top-2, L rounded up", GraphKvPlan.TopSources(2), null,
            [prefix, B(s[0], P + 64, 3, 4), B(s[1], P + 64, 3, 4), B(s[2], P), B(s[3], P), question with { Offset = P + 128 }], null);
        GraphKvOracle.Block[] alone = [prefix, B(s[0], P), B(s[1], P), B(s[2], P), B(s[3], P)];
        yield return ("full", GraphKvPlan.Graph(SegmentGraph.Full, sourceLength: L), null,
            [.. alone, .. s.Select(x => B(x, P + L, 1, 2, 3, 4)), B(q, P + (2 * L), 0, 1, 2, 3, 4, 5, 6, 7, 8)], null);
        yield return ("full, final only", GraphKvPlan.Graph(SegmentGraph.Full, readout: GraphReadout.FinalOnly, sourceLength: L), null,
            [.. alone, .. s.Select(x => B(x, P + L, 1, 2, 3, 4)), B(q, P + (2 * L), 0, 5, 6, 7, 8)], null);
        yield return ("chain, 2 rounds", GraphKvPlan.Graph(SegmentGraph.Chain, 2, GraphReadout.FinalOnly, L), null,
            [
                .. alone, B(s[1], P + L, 1), B(s[2], P + L, 2), // round 1: 5, 6
                B(s[0], P + L), B(s[1], P + (2 * L), 7), B(s[2], P + (2 * L), 5), B(s[3], P + (2 * L), 6), // round 2: 8 sees 0 one range before it
                B(q, P + (3 * L), 0, 1, 8, 9, 10),
            ], null);
        yield return ("cycle", GraphKvPlan.Graph(SegmentGraph.Edges, readout: GraphReadout.FinalOnly, sourceLength: L), Cycle,
            [.. alone, B(s[1], P + L, 1), B(s[2], P + L, 2), B(s[0], P + L, 3), B(s[3], P + L, 4), B(q, P + (2 * L), 0, 5, 6, 7, 8)], null);
    }

    public static IEnumerable<object[]> Plans => Cases().Select(c => new object[] { c.Name });

    [TestMethod]
    [DynamicData(nameof(Plans))]
    public void Plan_EqualsDenseMask(string name)
    {
        using var model = new RandomDecoder();
        var (_, plan, edges, blocks, temper) = Cases().Single(c => c.Name == name);
        var expected = model.Oracle.Logits(blocks, temper)[^1];
        foreach (var path in Enum.GetValues<AttentionPath>())
        {
            using var answering = new Answering(model.Decoder, path);
            Answering.Near(expected, answering.Logits(plan, Prefix, Segments, Question, edges), Within, $"{name}, {path}");
        }
    }

    [TestMethod]
    public void Released_EqualsDenseMaskOnShiftedTargets()
    {
        // a target at 10 that sees sources at 0 is the same at 10 + x with sources at x: one dense sequence holds all places
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var s = Segments;
        int[] places = [25, 30, 37, 43];
        var blocks = new List<GraphKvOracle.Block> { B(Prefix, 0), B(s[0], 3), B(s[1], 8), B(s[2], 15), B(s[3], 21) };
        for (var n = 0; n < 4; n++)
        {
            var shift = places[n] - 10;
            blocks.AddRange([B(s[2], shift), B(s[3], shift + 6), B(s[n], places[n], blocks.Count, blocks.Count + 1)]);
        }

        blocks.Add(B(Question, 47, 0, 1, 2, 3, 4, 7, 10, 13, 16));
        Answering.Near(model.Oracle.Logits(blocks)[^1], answering.Logits(GraphKvPlan.Released(2), Prefix, s, Question), Within, "released");
    }

    [TestMethod]
    [DataRow("sliding")]
    [DataRow("soft-capping")]
    public void Plan_EqualsDenseMaskInOtherLayers(string kind)
    {
        using var model = new RandomDecoder(change: config =>
        {
            if (kind == "sliding")
                (config["model_type"], config["sliding_window"]) = ("mistral", 12);
            else
                (config["model_type"], config["attn_logit_softcapping"], config["final_logit_softcapping"], config["query_pre_attn_scalar"], config["head_dim"], config["sliding_window"], config["hidden_activation"])
                    = ("gemma2", 3.0, 30.0, 8, 8, 12, "silu");
        });
        using var answering = new Answering(model.Decoder);
        foreach (var (name, plan, edges, blocks, temper) in Cases().Where(c => c.Temper is null || kind == "sliding")) // T stands inside the cap
            Answering.Near(model.Oracle.Logits(blocks, temper)[^1], answering.Logits(plan, Prefix, Segments, Question, edges), Within, $"{kind}, {name}");
    }

    [TestMethod]
    public void Decoding_EqualsOneDenseSequence()
    {
        using var model = new RandomDecoder();
        foreach (var shares in new[] { false, true })
        {
            using var answering = new Answering(model.Decoder);
            var (_, plan, _, blocks, _) = Cases().Single(c => c.Name == "full");
            using var readout = answering.Engine.Open(answering.Lay(plan, Prefix, Segments), shares);
            int[] answer = [7, 12, 3, 30];
            var found = new List<float[]> { Answering.Append(readout, Question) };
            found.AddRange(answer.Select(a => Answering.Append(readout, [a])));
            var expected = model.Oracle.Logits([.. blocks[..^1], blocks[^1] with { Ids = [.. Question, .. answer] }])[(Question.Length - 1)..];
            for (var i = 0; i < expected.Length; i++)
                Answering.Near(expected[i], found[i], Within, $"token {i}, shares {shares}");
        }
    }
}
