using ML.Extensions.GraphKv;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>Attention over many keys by two products against the flash kernel with a mask; and the engine, whose long sources go that way.</summary>
[TestClass]
public sealed class BlockProductsTest
{
    private const int Heads = 6, KeyHeads = 2, D = 8;

    [TestMethod]
    [DataRow(1, 600)]
    [DataRow(40, 600)]
    [DataRow(400, 2_100)] // rows in two pieces
    public void Attend_EqualsTheFlashKernel(int queries, int sources)
    {
        using var scope = NewDisposeScope();
        manual_seed(queries);
        var spec = new AttentionSpec(Heads, KeyHeads, D) { Inputs = new(1), Output = new(1), Scale = 1 / Math.Sqrt(D), Causal = true };
        var query = randn(queries, Heads, D).transpose(0, 1);
        if (!BlockProducts.Serve(query, sources, spec))
            Assert.Inconclusive("This libtorch has no oneDNN.");
        var room = sources + queries + 100; // a cache has room behind its keys
        var (keys, values) = (randn(KeyHeads, room, D).narrow(1, 0, sources + queries), randn(KeyHeads, room, D).narrow(1, 0, sources + queries));
        int[] rows = [.. Enumerable.Range(sources, queries)];
        var block = new KeyBlock(keys, values, [.. Enumerable.Range(0, sources), .. rows], sources);
        var worst = (BlockProducts.Attend(query, block) - BlockSoftmax.Attend(query, rows, block, spec).Output).abs().max().item<float>();
        Assert.IsLessThan(1e-5f, worst);
    }

    [TestMethod]
    public void LongSources_GiveTheSameByEveryPath()
    {
        using var model = new RandomDecoder();
        int[][] segments = [.. Enumerable.Range(0, 4).Select(n => RandomDecoder.Ids(230 + n, 10 + n))];
        var (prefix, question, star) = (RandomDecoder.Ids(3, 1), RandomDecoder.Ids(5, 2), GraphKvPlan.Graph(SegmentGraph.Star, sourceLength: 256));
        using var auto = new Answering(model.Decoder);
        using var edges = new Answering(model.Decoder, AttentionPath.PerEdge);
        Answering.Near(edges.Logits(star, prefix, segments, question), auto.Logits(star, prefix, segments, question), 1e-4, "star");
        Answering.Near(auto.Causal([prefix, .. segments, question]), auto.Logits(GraphKvPlan.Sequential, prefix, segments, question), 1e-4, "sequential");
        Answering.Same(
            auto.Logits(star, prefix, segments, question),
            auto.Logits(star, prefix, [segments[2], segments[0], segments[1], segments[3]], question), "order");
    }
}
