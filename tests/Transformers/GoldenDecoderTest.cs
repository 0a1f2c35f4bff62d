using ML.Extensions.Encoders;

namespace ML.Extensions.Tests.Transformers;

/// <summary>Decoders against transformers' own hidden states, logits and greedy ids, by every config of every folder.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenDecoderTest
{
    private const double Tolerance = 2e-5;

    private static readonly string[] Families =
    [
        "llama", "mistral", "qwen2", "qwen3", "phi3", "gemma2", "gemma3", "gpt2", "gpt-neox", "olmo2", "granite", "stablelm", "smollm3", "bloom",
    ];

    private static readonly string[] Headless = ["gemma3/bidirectional", "layouts/qwen3-no-prefix"];

    public static IEnumerable<string> All => GoldenCase.All(f => Array.Exists(
        Families, n => f.StartsWith(n + "/", StringComparison.Ordinal) || f.StartsWith("layouts/" + n + "-", StringComparison.Ordinal)));

    public static IEnumerable<string> Decoders => All.Where(c => !Headless.Contains(Path.GetDirectoryName(c)!.Replace('\\', '/')));

    /// <summary>One config of each folder: which one makes no difference to how a decoder generates.</summary>
    public static IEnumerable<string> Generators => Decoders.Where(c => c.EndsWith("/config.json", StringComparison.Ordinal));

    public TestContext TestContext { get; set; } = null!;

    [TestMethod, DynamicData(nameof(All))]
    public void Encode_EqualsTransformers(string name)
    {
        using var golden = new GoldenCase(name);
        using var encoder = golden.Encoder();
        foreach (var prefix in (string[])["", "long_", "left_", "left_explicit_"])
        {
            if (!golden.Has(prefix + "last_hidden_state"))
                continue;
            var run = new GoldenRun(golden.Golden, prefix == "left_explicit_" ? "left_" : prefix);
            var batch = prefix switch
            {
                "left_" => run.WithPositions(null),
                "left_explicit_" => run.WithPositions(run.Longs("explicit_position_ids")),
                _ => run.Batch,
            };
            using var states = encoder.Encode(batch, EncoderOutput.AllTokens);
            var tensor = prefix == "left_explicit_" ? "explicit_last_hidden_state" : "last_hidden_state";
            Check(name, prefix + tensor, run.Difference(tensor, states));
        }
    }

    [TestMethod, DynamicData(nameof(Decoders))]
    public void Logits_EqualTransformers(string name)
    {
        using var golden = new GoldenCase(name);
        using var decoder = golden.Decoder();
        var run = new GoldenRun(golden.Golden, "");
        using (var states = decoder.States(run.Batch))
        using (var logits = decoder.Logits(states))
            Check(name, "logits", run.Difference("logits", logits));
        if (!golden.Has("long_logits"))
            return;
        var far = new GoldenRun(golden.Golden, "long_");
        var positions = far.Longs("logits_positions").Chunk(8).ToArray();
        var alone = golden.Has("longalone_logits");
        for (var r = 0; r < 2; r++)
        {
            using var states = decoder.States(new(far.Rows[r], [far.Rows[r].Length])); // alone: each sequence's own length decides
            using var last = states.index_select(0, TorchSharp.torch.tensor(positions[r]));
            using var logits = decoder.Logits(last);
            var values = logits.data<float>().ToArray();
            var expected = r == 1 && alone ? golden.Floats("longalone_logits") : golden.Floats("long_logits");
            Check(name, $"long_logits {r}", GoldenRun.Difference(expected, r == 1 && alone ? 0 : r, positions[r], values));
        }
    }

    [TestMethod, DynamicData(nameof(Generators))]
    public void Greedy_EqualsTransformers(string name)
    {
        using var golden = new GoldenCase(name);
        using var decoder = golden.Decoder();
        var prompt = golden.Ids("generate_prompt")[0];
        var expected = golden.Ids("generate_ids")[0][prompt.Length..];
        CollectionAssert.AreEqual(expected, decoder.Greedy([prompt], expected.Length)[0], name);
        var left = new GoldenRun(golden.Golden, "left_");
        var both = golden.Ids("left_generate_ids").Select(r => r[left.Columns..]).ToArray();
        var found = decoder.Greedy(left.Rows, both[0].Length);
        for (var r = 0; r < both.Length; r++)
            CollectionAssert.AreEqual(both[r], found[r], $"{name} left row {r}");
    }

    [TestMethod, DynamicData(nameof(Generators))]
    public void Append_EqualsForward(string name)
    {
        using var golden = new GoldenCase(name);
        using var decoder = golden.Decoder();
        var run = new GoldenRun(golden.Golden, "");
        foreach (var turned in (bool[])[true, false])
        {
            using var cache = decoder.NewCache(run.Rows.Length, turned);
            var step = new GoldenSteps(run, golden.Floats("logits"));
            for (var at = 0; at < run.Columns; at += at == 0 ? 7 : at < 12 ? 3 : 1) // a prefill, stretches of 3, single tokens
            {
                var rows = Enumerable.Range(0, run.Rows.Length).Where(r => run.Rows[r].Length > at).ToArray();
                var count = at == 0 ? 7 : at < 12 ? 3 : 1;
                var parts = rows.Select(r => run.Rows[r][at..Math.Min(at + count, run.Rows[r].Length)]).ToArray();
                using var logits = decoder.Append(new([.. parts.SelectMany(p => p)], [.. parts.Select(p => p.Length)]), cache, rows);
                Check(name, $"at {at}, turned {turned}", step.Difference(rows, at, parts, logits));
            }
        }
    }

    private void Check(string name, string what, double difference)
    {
        TestContext.WriteLine($"{name} {what} {difference:e2}");
        Assert.IsLessThanOrEqualTo(Tolerance, difference, $"{name}, {what}");
    }
}
