using System.Text.Json;
using Microsoft.ML;
using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Devices;
using ML.Extensions.GraphKv;
using ML.Extensions.Tests.Transformers;
using ML.Extensions.Transformers;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>Real models and real families: texts that must be the causal ones, through memory, disk and restart.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GraphKvModelsTest
{
    private static string Models => Path.Combine(Shared.Root!, "data", "models");

    /// <summary>Plans that are one causal sequence on any segments, and those that are on one segment.</summary>
    private static readonly GraphKvPlan[] Causal = [GraphKvPlan.Sequential, GraphKvPlan.CacheBlend(1)],
        OneBlock = [GraphKvPlan.BlockAttention, GraphKvPlan.ParallelWindows, GraphKvPlan.AdaptiveParallel(1, 1), GraphKvPlan.CacheBlend(0.2)];

    public static IEnumerable<string> Families => GoldenDecoderTest.Generators;

    [TestMethod]
    public void Stories_GoOnAsLlama2C()
    {
        if (Shared.Root is null)
            return;
        using var config = JsonFile.Open(Path.Combine(Models, "stories260K-hf", "config.json"));
        using var weights = WeightFiles.Open(Path.Combine(Models, "stories260K-hf"));
        using var decoder = CausalDecoder.Create(config.RootElement, weights, Precision.Float32, ComputeDevice.Cpu, "stories260K");
        using var folder = new TempFolder();
        foreach (var line in File.ReadLines(Path.Combine(Models, "stories260K", "golden.jsonl")))
        {
            using var golden = JsonDocument.Parse(line);
            if (!golden.RootElement.TryGetProperty("prompt_token_ids", out _))
                continue;
            int[] Ids(string key) => [.. golden.RootElement.GetProperty(key).EnumerateArray().Select(i => i.GetInt32())];
            var (ids, prompt) = (Ids("token_ids"), Ids("prompt_token_ids"));
            var whole = ids[..64]; // the prompt and what the golden goes on with; behind it 40 tokens
            Check(decoder, folder, whole[..1], [whole[1..20], whole[20..33], whole[33..50]], whole[50..], ids[64..Math.Min(ids.Length, 104)]);
            Check(decoder, folder, [], [], prompt, ids[prompt.Length..Math.Min(ids.Length, prompt.Length + 40)]);
        }
    }

    [TestMethod]
    public void SmolLm_AnswersAsTheGoldens()
    {
        if (Shared.Root is null)
            return;
        var folder = Path.Combine(Models, "smollm2-135m-instruct");
        var model = GgufModel.Open(Path.Combine(folder, "SmolLM2-135M-Instruct.Q4_1.gguf"));
        using var weights = model.Weights;
        using var decoder = CausalDecoder.Create(model.Config, weights, Precision.Float32, ComputeDevice.Cpu, "SmolLM2");
        using var golden = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "golden.json")));
        using var temp = new TempFolder();
        var chat = golden.RootElement.GetProperty("chat")[2];
        int[] Ids(string key) => [.. chat.GetProperty(key).EnumerateArray().Select(i => i.GetInt32())];
        var prompt = Ids("prompt_ids");
        Check(decoder, temp, prompt[..9], [prompt[9..20], prompt[20..34]], prompt[34..], Ids("greedy_ids"));
    }

    [TestMethod]
    public void SmolLm_AnswersFromASegment()
    {
        if (Shared.Root is null)
            return;
        var ml = new MLContext(seed: 1);
        AnswerRow[] rows = [new() { Question = "What colour is the ball?", Segments = ["The dog sleeps in the kitchen.", "The ball in the garden is blue."] }];
        var data = ml.Data.LoadFromEnumerable(rows);
        using var model = ml.Transforms.Text.AnswerWithGraphKv("Answer", "Question", "Segments", new()
        {
            Model = Path.Combine(Models, "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"), Plan = GraphKvPlan.BlockAttention, MaxNewTokens = 24,
        }).Fit(data);
        var answer = ml.Data.CreateEnumerable<AnsweredRow>(model.Transform(data), false, ignoreMissingColumns: true).Single().Answer;
        Assert.Contains("blue", answer);
    }

    [TestMethod, DynamicData(nameof(Families))]
    public void Sequential_IsCausalInEveryFamily(string name)
    {
        using var golden = new GoldenCase(name);
        using var decoder = golden.Decoder();
        var ids = golden.Ids("input_ids")[0];
        if (decoder.Spec.Blocks.Any(b => b.Attention.Positions is PositionEncoding.Rotary { Config.DependsOnLength: true }))
        {
            Assert.Throws<NotSupportedException>(() => new Answering(decoder));
            return;
        }

        using var answering = new Answering(decoder);
        int[][] segments = [ids[2..5], ids[5..9], ids[9..11]];
        var expected = answering.Causal(ids[..14]);
        Answering.Near(expected, answering.Logits(GraphKvPlan.Sequential, ids[..2], segments, ids[11..14]), 1e-4, name);
        Answering.Near(expected, answering.Logits(GraphKvPlan.CacheBlend(1), ids[..2], segments, ids[11..14]), 1e-4, name + ", blend");
        Answering.Near(answering.Causal(ids[..5], ids[11..14]), answering.Logits(GraphKvPlan.BlockAttention, [], [ids[..5]], ids[11..14]), 1e-4, name + ", one block");
        using var readout = answering.Engine.Open(answering.Lay(GraphKvPlan.Sequential, ids[..2], segments), shares: true);
        Answering.Append(readout, ids[11..13]);
        Answering.Near(expected, Answering.Append(readout, ids[13..14]), 1e-4, name + ", blocks apart");
    }

    private static void Check(CausalDecoder decoder, TempFolder folder, int[] prefix, int[][] segments, int[] question, int[] expected)
    {
        foreach (var restart in new[] { false, true })
        {
            using var cache = new SegmentCache(folder: new(folder.Root));
            using var answering = new Answering(decoder, cache: cache);
            foreach (var plan in Causal)
                CollectionAssert.AreEqual(expected, answering.Greedy(plan, prefix, segments, question, expected.Length), $"{plan.Name}, restart {restart}");
            int[] one = [.. prefix, .. segments.SelectMany(s => s)];
            foreach (var plan in OneBlock)
                CollectionAssert.AreEqual(expected, answering.Greedy(plan, [], [one], question, expected.Length), $"{plan.Name}, one block, restart {restart}");
            if (restart)
                Assert.AreEqual(0, cache.Counters.Misses, "all comes from disk");
        }
    }
}
