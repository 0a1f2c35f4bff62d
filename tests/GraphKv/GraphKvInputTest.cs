using ML.Extensions.GraphKv;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>Bad input, and input that is only unusual.</summary>
[TestClass]
public sealed class GraphKvInputTest
{
    private static readonly int[] Question = RandomDecoder.Ids(5, 2);
    private static readonly int[][] Segments = [.. Enumerable.Range(0, 3).Select(n => RandomDecoder.Ids(6 + n, 10 + n))];
    private static readonly GraphKvPlan Edges = GraphKvPlan.Graph(SegmentGraph.Edges, sourceLength: 16);

    private static IEnumerable<GraphKvPlan> All =>
    [
        GraphKvPlan.Sequential, GraphKvPlan.ParallelWindows, GraphKvPlan.BlockAttention, GraphKvPlan.AdaptiveParallel(), Edges, GraphKvPlan.TopSources(3),
        GraphKvPlan.Released(2), GraphKvPlan.CacheBlend(), GraphKvPlan.Synchronous(SegmentGraph.Full), GraphKvPlan.Graph(SegmentGraph.Full, 7),
    ];

    [TestMethod]
    public void Edge_ToAMissingSegment()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var error = Assert.Throws<ArgumentException>(() => answering.Logits(Edges, [], Segments, Question, [(0, 3)]));
        Assert.Contains("from 0 to 3", error.Message);
        Assert.Throws<ArgumentException>(() => answering.Logits(Edges, [], Segments, Question, [(-1, 0)]));
    }

    [TestMethod]
    public void Duplicates_CountOnce()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        Answering.Same(answering.Logits(Edges, [], Segments, Question, [(0, 1)]), answering.Logits(Edges, [], Segments, Question, [(0, 1), (0, 1), (0, 1)]), "duplicates");
    }

    [TestMethod]
    public void EmptySegments_AreLeftOut()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        foreach (var plan in All)
        {
            Answering.Same(
                answering.Logits(plan, [1, 2], Segments, Question, [(0, 2)]),
                answering.Logits(plan, [1, 2], [[], Segments[0], Segments[1], [], Segments[2]], Question, [(1, 4), (0, 1), (3, 3)]), plan.Name);
        }
    }

    [TestMethod]
    public void NothingButAQuestion_IsCausal()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        foreach (var plan in All)
        {
            Answering.Near(answering.Causal(Question), answering.Logits(plan, [], [], Question), 1e-5, plan.Name);
            if (plan != Edges) // whose ranges have a given length: a gap stands before the question
                Answering.Near(answering.Causal([1, 2], Question), answering.Logits(plan, [1, 2], [[]], Question), 1e-5, plan.Name + " with a prefix");
        }
    }

    [TestMethod]
    public void Question_BeyondTheWindow()
    {
        using var model = new RandomDecoder(change: c => c["max_position_embeddings"] = 64);
        using var answering = new Answering(model.Decoder);
        var error = Assert.Throws<ArgumentException>(() => answering.Logits(GraphKvPlan.Sequential, [], Segments, RandomDecoder.Ids(50, 1)));
        Assert.Contains("position 21", error.Message);
        Assert.Contains("ends at 64", error.Message);
        using var readout = answering.Engine.Open(answering.Lay(GraphKvPlan.Sequential, [], Segments));
        Answering.Append(readout, Question);
        Assert.AreEqual(64 - 21 - 5, readout.Room);
        Assert.Throws<ArgumentException>(() => readout.Append([]));
        Assert.Throws<Exception>(() => readout.Append([1, RandomDecoder.Vocabulary]));
        Answering.Near(answering.Causal([.. Segments, Question, [7, 8]]), Answering.Append(readout, [7, 8]), 1e-4, "after an error");
    }

    [TestMethod]
    public void Segment_BeyondTheGivenLength()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var error = Assert.Throws<ArgumentException>(() => answering.Logits(GraphKvPlan.TopSources(1, sourceLength: 7), [], Segments, Question));
        Assert.Contains("8 tokens", error.Message);
        Assert.Contains("each 7", error.Message);
    }

    [TestMethod]
    public void ThousandSegments_AreAnswered()
    {
        using var model = new RandomDecoder(layers: 1);
        using var answering = new Answering(model.Decoder);
        int[][] many = [.. Enumerable.Range(0, 1_000).Select(n => RandomDecoder.Ids(2 + (n % 3), n))];
        var star = answering.Logits(GraphKvPlan.Graph(SegmentGraph.Star, sourceLength: 8), [], many, Question);
        Assert.IsTrue(star.All(float.IsFinite));
        var windows = answering.Logits(GraphKvPlan.ParallelWindows, [], many, Question);
        Assert.IsTrue(windows.All(float.IsFinite));
    }

    [TestMethod]
    public void Positions_ThatDependOnLengthAreRefused()
    {
        using var model = new RandomDecoder(change: c => c["rope_scaling"] = new Dictionary<string, object> { ["rope_type"] = "dynamic", ["factor"] = 2.0 });
        var error = Assert.Throws<NotSupportedException>(() => new Answering(model.Decoder));
        Assert.Contains("dynamic", error.Message);
        Assert.Contains("yarn", error.Message);
    }

    [TestMethod]
    public void Options_AreChecked()
    {
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphKvPlan.CacheBlend(1.5));
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphKvPlan.AdaptiveParallel(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphKvPlan.TopSources(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphKvPlan.Released(0));
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphKvPlan.Graph(SegmentGraph.Full, -1));
        Assert.Throws<ArgumentOutOfRangeException>(() => GraphKvPlan.Synchronous(SegmentGraph.Full, sourceLength: 0));
        Assert.AreEqual(GraphKvPlan.TopSources(3), GraphKvPlan.TopSources(3));
        Assert.AreNotEqual(GraphKvPlan.TopSources(3), GraphKvPlan.TopSources(2));
    }
}
