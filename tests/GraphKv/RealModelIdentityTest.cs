using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Devices;
using ML.Extensions.Generation;
using ML.Extensions.GraphKv;
using ML.Extensions.Tests.Conformance;
using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>The engine's identities on models that were trained: stories260K and SmolLM2, on a few short segments (numbers of the method's section 5).</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class RealModelIdentityTest
{
    private const int L = 8;
    private static readonly (int, int)[] Cycle = [(0, 1), (1, 0), (2, 2)];
    private static readonly Dictionary<string, GenerationModel> Opened = [];

    /// <summary>Name, and the largest error of a logit: SmolLM2's are some ten times as large.</summary>
    public static IEnumerable<object[]> Models => [["stories260K-hf", 1e-4], ["smollm2-135m-instruct/SmolLM2-135M-Instruct.Q4_1.gguf", 1e-3]];

    [ClassCleanup]
    public static void Close()
    {
        foreach (var model in Opened.Values)
            model.Dispose();
    }

    [TestMethod, DynamicData(nameof(Models))]
    public void Sequences_AreCausal(string name, double within) // 1, 11
    {
        if (Open(name) is not var (decoder, prefix, segments, question))
            return;
        using var answering = new Answering(decoder);
        var causal = answering.Causal([prefix, .. segments, question]);
        Answering.Near(causal, answering.Logits(GraphKvPlan.Sequential, prefix, segments, question), within, "1 topological");
        var (engine, places) = (answering.Engine, answering.Lay(GraphKvPlan.Sequential, prefix, segments).Links.Select(l => l.Offset).ToArray());
        int[][] parts = [prefix, .. segments];
        Entry[] last = [.. parts.Select((p, n) => new Entry(engine.Model, p, places[n], []))];
        for (var t = 1; t < parts.Length; t++) // as many rounds as parts have sources
            last = [.. parts.Select((p, n) => new Entry(engine.Model, p, places[n], last.Take(n).Select(e => new EntryLink(e, e.Offset))))];
        var jacobi = new PlanLayout([.. last.Select(e => new EntryLink(e, e.Offset))], places[^1] + segments[^1].Length);
        Answering.Near(causal, answering.Logits(jacobi, question), within, "1 Jacobi");
        Answering.Near(causal, answering.Logits(GraphKvPlan.CacheBlend(1), prefix, segments, question), within, "11 blend of everything");
        var one = answering.Causal(segments[1], question);
        foreach (var plan in new[] { GraphKvPlan.BlockAttention, GraphKvPlan.ParallelWindows, GraphKvPlan.AdaptiveParallel(1, 1), GraphKvPlan.CacheBlend(0.3), GraphKvPlan.Pine })
            Answering.Near(one, answering.Logits(plan, [], [segments[1]], question), within, $"11 one block, {plan.Name}");
    }

    [TestMethod, DynamicData(nameof(Models))]
    public void SharedRanges_KnowNoOrder(string name, double within) // 2, 3
    {
        if (Open(name) is not var (decoder, prefix, segments, question))
            return;
        using var answering = new Answering(decoder);
        Answering.Same(
            answering.Logits(GraphKvPlan.ParallelWindows, prefix, segments, question),
            answering.Logits(GraphKvPlan.Graph(SegmentGraph.None, sourceLength: segments.Max(s => s.Length)), prefix, segments, question), "2");
        int[] order = [2, 0, 1];
        var permuted = Cycle.Select(e => (Array.IndexOf(order, e.Item1), Array.IndexOf(order, e.Item2))).ToArray();
        foreach (var plan in new[] { GraphKvPlan.ParallelWindows, GraphKvPlan.AdaptiveParallel(), GraphKvPlan.Graph(SegmentGraph.Edges, sourceLength: L), GraphKvPlan.Synchronous(SegmentGraph.Full, sourceLength: L), GraphKvPlan.Pine })
        {
            using var other = new Answering(decoder);
            Answering.Same(
                answering.Logits(plan, prefix, segments, question, Cycle), other.Logits(plan, prefix, [.. order.Select(n => segments[n])], question, permuted), $"3 {plan.Name}");
        }

        Console.WriteLine($"bits; {within} is not needed");
    }

    [TestMethod, DynamicData(nameof(Models))]
    public void Places_AreRelative(string name, double within) // 5, 6
    {
        if (Open(name) is not var (decoder, _, segments, question))
            return;
        using var answering = new Answering(decoder);
        var causal = answering.Causal(segments[1], question);
        foreach (var offset in new[] { 0, 3, 200 })
        {
            var entry = new Entry(answering.Engine.Model, segments[1], offset == 3 ? 77 : 0, []); // its own place is no part of its key
            Answering.Near(causal, answering.Logits(new([new(entry, offset)], offset + segments[1].Length), question), within, $"5, 6 at {offset}");
        }

        Assert.AreEqual((1, 2), (answering.Cache.Counters.Misses, answering.Cache.Counters.MemoryHits));
        var layout = answering.Lay(GraphKvPlan.Graph(SegmentGraph.Full, sourceLength: L), [], segments);
        Answering.Near(
            answering.Logits(layout, question),
            answering.Logits(new([.. layout.Links.Select(l => l with { Offset = l.Offset + 100 })], layout.QuestionOffset + 100), question), within, "6 shift");
    }

    [TestMethod, DynamicData(nameof(Models))]
    public void ManyRounds_AreSynchronous(string name, double within) // 7
    {
        if (Open(name) is not var (decoder, prefix, segments, question))
            return;
        using var answering = new Answering(decoder);
        var rounds = answering.Lay(GraphKvPlan.Graph(SegmentGraph.Edges, decoder.Spec.Layers - 1, GraphReadout.FinalOnly, L), prefix, segments, Cycle);
        var synchronous = answering.Lay(GraphKvPlan.Synchronous(SegmentGraph.Edges, GraphReadout.FinalOnly, L), prefix, segments, Cycle);
        var last = rounds.Links.Max(l => l.Offset);
        var moved = new PlanLayout([.. rounds.Links.Select(l => l.Offset == last ? l with { Offset = prefix.Length + L } : l)], synchronous.QuestionOffset);
        Answering.Near(answering.Logits(moved, question), answering.Logits(synchronous, question), within, "7");
    }

    [TestMethod, DynamicData(nameof(Models))]
    public void Targets_DependOnAncestorsOnly(string name, double within) // 8, 9, 10: the paths differ in merging and in heads that share keys
    {
        if (Open(name) is not var (decoder, prefix, segments, question))
            return;
        (int, int)[] edges = [(0, 1), (1, 2)];
        var plan = GraphKvPlan.Graph(SegmentGraph.Edges, 1, GraphReadout.FinalOnly, L);
        Entry Target(Answering answering, int[][] all, int n) => answering.Lay(plan, prefix, all, edges).Links.Single(l => l.Segment == n).Source;
        int[][] changed = [question[..4], .. segments[1..]];
        var found = new List<float[]>();
        foreach (var path in new[] { AttentionPath.Gathered, AttentionPath.PerEdge, AttentionPath.SharedSources })
        {
            using var one = new Answering(decoder, path);
            using var other = new Answering(decoder, path);
            float[] Behind(Answering answering, int[][] all, int n) => answering.Logits(new([new(Target(answering, all, n), 20)], 40), question);
            found.Add(Behind(one, segments, 2));
            Answering.Same(found[^1], Behind(other, changed, 2), $"8 {path}: 0 is two hops away from 2");
            Assert.IsGreaterThan(100 * within, Behind(one, segments, 1).Zip(Behind(other, changed, 1), (a, b) => Math.Abs(a - b)).Max());
        }

        Answering.Near(found[0], found[1], within, "9, 10 per edge");
        Answering.Near(found[0], found[2], within, "9, 10 shared sources");
    }

    [TestMethod, DynamicData(nameof(Models))]
    public void Disk_GivesTheSameBits(string name, double within) // 12
    {
        if (Open(name) is not var (decoder, prefix, segments, question))
            return;
        using var folder = new TempFolder();
        foreach (var plan in new[] { GraphKvPlan.Sequential, GraphKvPlan.Graph(SegmentGraph.Edges, sourceLength: L) })
        {
            using var memory = new Answering(decoder);
            using var written = new Answering(decoder, cache: new(folder: new(folder.Root)));
            using var read = new Answering(decoder, cache: new(folder: new(folder.Root)));
            var expected = memory.Logits(plan, prefix, segments, question, Cycle);
            Answering.Same(expected, written.Logits(plan, prefix, segments, question, Cycle), $"12 {plan.Name}, written");
            Answering.Same(expected, read.Logits(plan, prefix, segments, question, Cycle), $"12 {plan.Name}, read");
            Assert.AreEqual(0, read.Cache.Counters.Misses);
        }

        Console.WriteLine($"bits; {within} is not needed");
    }

    [TestMethod]
    public void Stories_EqualTheDenseMask() // 4
    {
        if (Open("stories260K-hf") is not var (decoder, prefix, segments, question))
            return;
        using var weights = WeightFiles.Open(Path.Combine(Shared.Root!, "data", "models", "stories260K-hf"));
        var read = Reader(weights);
        using var answering = new Answering(decoder);
        EqualTheDenseMask(answering, new(decoder.Spec, read, 10_000, decoder.Spec.Blocks[0].Attention.HeadWidth), prefix, segments, question, 1e-4);
        var pine = new PineOracle(decoder.Spec, read, 10_000, decoder.Spec.Blocks[0].Attention.HeadWidth);
        Answering.Near(pine.Logits(prefix, segments, question)[^1], answering.Logits(GraphKvPlan.Pine, prefix, segments, question), 1e-4, "4 PINE");
    }

    [TestMethod]
    public void SmolLM_EqualsTheDenseMask() // 4; a few tokens: the oracle's loops take a tenth of a second for each
    {
        var name = (string)Models.Last()[0];
        if (Open(name) is not var (decoder, prefix, segments, question))
            return;
        var model = GgufModel.Open(Path.Combine(Shared.Root!, "data", "models", name));
        using var weights = model.Weights;
        using var answering = new Answering(decoder);
        var oracle = new GraphKvOracle(decoder.Spec, Reader(weights), model.Config.GetProperty("rope_theta").GetDouble(), decoder.Spec.Blocks[0].Attention.HeadWidth);
        EqualTheDenseMask(answering, oracle, prefix[..1], [.. segments.Select(s => s[..2])], question[..2], 1e-3);
    }

    private static void EqualTheDenseMask(Answering answering, GraphKvOracle oracle, int[] prefix, int[][] segments, int[] question, double within)
    {
        var p = prefix.Length;
        GraphKvOracle.Block[] alone = [new(prefix, 0), .. segments.Select(s => new GraphKvOracle.Block(s, p))];
        GraphKvOracle.Block[] star = [.. alone[..3], new(segments[2], p + L, 1, 2), new(question, p + (2 * L), 0, 1, 2, 3)];
        Answering.Near(oracle.Logits(star)[^1], answering.Logits(GraphKvPlan.Graph(SegmentGraph.Star, sourceLength: L), prefix, segments, question), within, "4 star");
        GraphKvOracle.Block[] windows = [.. alone, new(question, p + segments.Max(s => s.Length), 0, 1, 2, 3)];
        Answering.Near(oracle.Logits(windows)[^1], answering.Logits(GraphKvPlan.ParallelWindows, prefix, segments, question), within, "4 windows");
    }

    /// <summary>Gives a file's tensors by the names that a network asks for.</summary>
    private static Func<string, float[]> Reader(Weights weights)
    {
        var values = new Dictionary<string, float[]>(StringComparer.Ordinal);
        return key =>
        {
            if (!values.TryGetValue(key, out var found))
            {
                using var tensor = weights.Read(weights.Entries.ContainsKey(key) ? key : "model." + key);
                values.Add(key, found = tensor.to(TorchSharp.torch.float32).data<float>().ToArray());
            }

            return found;
        };
    }

    /// <summary>A model with a prefix, three segments and a question; null without the shared folder.</summary>
    private static (CausalDecoder Decoder, int[] Prefix, int[][] Segments, int[] Question)? Open(string name)
    {
        if (Shared.Root is null)
            return null;
        if (!Opened.TryGetValue(name, out var model))
            Opened.Add(name, model = GenerationModel.Open(Path.Combine(Shared.Root, "data", "models", name), Precision.Float32, ComputeDevice.Cpu));
        int[] Ids(string text, int most) => model.Tokenizer.Encode(text).Ids is var ids && ids.Length > most ? ids[..most] : ids;
        return (model.Decoder, Ids("Once upon a time", 4), [Ids("the dog was sad", 5), Ids("a big red ball", 6), Ids("she went home", 4)], Ids("Then the little girl said", 7));
    }
}
