using ML.Extensions.GraphKv;
using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>An engine with a cache of its own, and the short ways of asking it that tests need.</summary>
internal sealed class Answering : IDisposable
{
    private readonly CausalDecoder _decoder;

    public Answering(CausalDecoder decoder, AttentionPath path = AttentionPath.Auto, SegmentCache? cache = null, string content = "test")
    {
        _decoder = decoder;
        Cache = cache ?? new();
        Engine = new(decoder, content, Cache) { Path = path };
    }

    public SegmentCache Cache { get; }

    public GraphKvEngine Engine { get; }

    public PlanLayout Lay(GraphKvPlan plan, int[] prefix, int[][] segments, IReadOnlyList<(int, int)>? edges = null) =>
        plan.Lay(new(Engine.Model, prefix, segments, edges));

    /// <summary>Logits behind the question.</summary>
    public float[] Logits(PlanLayout layout, int[] question)
    {
        using var readout = Engine.Open(layout);
        return Append(readout, question);
    }

    public float[] Logits(GraphKvPlan plan, int[] prefix, int[][] segments, int[] question, IReadOnlyList<(int, int)>? edges = null) =>
        Logits(Lay(plan, prefix, segments, edges), question);

    /// <summary>Greedy ids behind the question.</summary>
    public int[] Greedy(GraphKvPlan plan, int[] prefix, int[][] segments, int[] question, int count)
    {
        using var readout = Engine.Open(Lay(plan, prefix, segments));
        var ids = new List<int>();
        for (var next = question; ids.Count < count; next = [ids[^1]])
        {
            using var logits = readout.Append(next);
            ids.Add(CausalDecoder.Likeliest(logits, 0));
        }

        return [.. ids];
    }

    /// <summary>Logits of one causal sequence behind its last token.</summary>
    public float[] Causal(params int[][] parts)
    {
        int[] ids = [.. parts.SelectMany(p => p)];
        using var states = _decoder.States(new(ids, [ids.Length]));
        using var last = states[^1..];
        using var logits = _decoder.Logits(last);
        return logits.data<float>().ToArray();
    }

    public static float[] Append(GraphKvReadout readout, int[] ids)
    {
        using var logits = readout.Append(ids);
        return logits.data<float>().ToArray();
    }

    public static void Near(IEnumerable<double> expected, float[] found, double within, string what)
    {
        var worst = expected.Zip(found, (e, f) => Math.Abs(e - f)).Max();
        Console.WriteLine($"{what}: {worst:e1}");
        Assert.IsLessThan(within, worst, what);
    }

    public static void Near(float[] expected, float[] found, double within, string what) => Near(expected.Select(e => (double)e), found, within, what);

    public static void Same(float[] expected, float[] found, string what) => CollectionAssert.AreEqual(expected, found, what);

    public void Dispose() => Cache.Dispose();
}
