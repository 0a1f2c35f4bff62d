using ML.Extensions.GraphKv;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>PINE against a dense oracle, and what must hold of it.</summary>
[TestClass]
public sealed class PineTest
{
    private static readonly int[] Prefix = RandomDecoder.Ids(3, 1), Question = RandomDecoder.Ids(4, 2);
    private static readonly int[][] Segments = [RandomDecoder.Ids(5, 3), RandomDecoder.Ids(7, 4), RandomDecoder.Ids(6, 5), RandomDecoder.Ids(4, 6)];

    [TestMethod]
    [DataRow("llama")]
    [DataRow("soft-capping")]
    public void Pine_EqualsTheDenseOracle(string kind)
    {
        using var model = new RandomDecoder(change: config =>
        {
            if (kind == "soft-capping") // a window that nothing leaves would still be a sliding layer: Gemma 2 without one
                (config["model_type"], config["attn_logit_softcapping"], config["final_logit_softcapping"], config["query_pre_attn_scalar"], config["head_dim"], config["layer_types"], config["hidden_activation"])
                    = ("gemma2", 3.0, 30.0, 12, 8, new[] { "full_attention", "full_attention", "full_attention" }, "silu");
        });
        foreach (var (prefix, segments) in new[] { (Prefix, Segments), ([], Segments[..2]), (Prefix, Segments[..1]) })
        {
            using var answering = new Answering(model.Decoder);
            using var readout = answering.Engine.Open(answering.Lay(GraphKvPlan.Pine, prefix, segments));
            int[] answer = [7, 12, 3];
            var found = new List<float[]> { Answering.Append(readout, Question) };
            found.AddRange(answer.Select(a => Answering.Append(readout, [a])));
            var expected = model.Pine.Logits(prefix, segments, [.. Question, .. answer])[(Question.Length - 1)..];
            for (var i = 0; i < expected.Length; i++)
                Answering.Near(expected[i], found[i], 1e-4, $"{kind}, {segments.Length} segments, token {i}");
        }
    }

    [TestMethod]
    public void Order_ChangesNoBit()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        var expected = answering.Logits(GraphKvPlan.Pine, Prefix, Segments, Question);
        foreach (var order in new int[][] { [3, 2, 1, 0], [1, 3, 0, 2] })
            Answering.Same(expected, answering.Logits(GraphKvPlan.Pine, Prefix, [.. order.Select(n => Segments[n])], Question), string.Join(' ', order));
    }

    [TestMethod]
    public void OneSegment_IsCausal()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        Answering.Near(answering.Causal(Prefix, Segments[1], Question), answering.Logits(GraphKvPlan.Pine, Prefix, [Segments[1]], Question), 1e-4, "one segment");
        CollectionAssert.AreEqual(
            answering.Greedy(GraphKvPlan.Sequential, Prefix, [Segments[1]], Question, 6), answering.Greedy(GraphKvPlan.Pine, Prefix, [Segments[1]], Question, 6));
    }

    [TestMethod]
    public void Counters_TellThatSegmentsAreComputed()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        foreach (var reused in new[] { 0, Prefix.Length })
        {
            using var readout = answering.Engine.Open(answering.Lay(GraphKvPlan.Pine, Prefix, Segments));
            Assert.AreEqual((reused, Prefix.Length - reused + 22), (readout.Spent.TokensReused, readout.Spent.TokensComputed));
            Assert.AreEqual(Prefix.Length + 22, readout.ContextTokens);
        }

        using var blend = answering.Engine.Open(answering.Lay(GraphKvPlan.CacheBlend(0.5), Prefix, Segments));
        Assert.AreEqual((Prefix.Length, 22 + 12), (blend.Spent.TokensReused, blend.Spent.TokensComputed), "entries, and half of all tokens once more");
    }

    [TestMethod]
    public void AfterAnError_ItGoesOn()
    {
        using var model = new RandomDecoder();
        using var answering = new Answering(model.Decoder);
        using var readout = answering.Engine.Open(answering.Lay(GraphKvPlan.Pine, Prefix, Segments));
        Assert.Throws<Exception>(() => readout.Append([1, RandomDecoder.Vocabulary]));
        Answering.Append(readout, Question);
        Assert.Throws<Exception>(() => readout.Append([RandomDecoder.Vocabulary]));
        var expected = model.Pine.Logits(Prefix, Segments, [.. Question, 9])[^1];
        Answering.Near(expected, Answering.Append(readout, [9]), 1e-4, "after errors");
    }

    [TestMethod]
    public void OtherPositions_AreRefused()
    {
        using var model = new RandomDecoder(change: config => (config["model_type"], config["sliding_window"]) = ("mistral", 12));
        using var answering = new Answering(model.Decoder);
        Assert.Contains("PINE", Assert.ThrowsExactly<NotSupportedException>(() => answering.Logits(GraphKvPlan.Pine, Prefix, Segments, Question)).Message);
    }
}
