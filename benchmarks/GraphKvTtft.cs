using System.Globalization;
using ML.Extensions.Checkpoints.Gguf;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.GraphKv;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Claims: behind 20 cached segments of 256 tokens, the first answer token comes in at most 0.05 of the time of one long
/// prompt where nothing is encoded anew, in at most 0.10 where one target is (an ego graph); a target's attention takes at most
/// 1.3 times the products of its edges alone; decoding behind cached segments runs as fast as in llama.cpp behind as many tokens.
/// </summary>
internal static class GraphKvTtft
{
    private const int Steps = 8;

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "rounds", "segments", "tokens", "model");
        var (rounds, segments, tokens) = (arguments.Number("rounds", 5), arguments.Number("segments", 20), arguments.Number("tokens", 256));
        var file = arguments.Text("model", Path.Combine(Repository.Root, "..", "shared", "data", "models", "smollm2-135m-instruct", "SmolLM2-135M-Instruct.Q4_1.gguf"));
        var model = GgufModel.Open(file);
        using var weights = model.Weights;
        using var decoder = CausalDecoder.Create(model.Config, weights, Precision.Float32, ComputeDevice.Cpu, file);
        using var cache = new SegmentCache(memoryBytes: 4L << 30);
        var engine = new GraphKvEngine(decoder, file, cache);
        int[][] texts = [.. Enumerable.Range(0, segments).Select(n => Ids(tokens, n))];
        var (cached, block, ego) = FirstToken(decoder, engine, texts, rounds);
        var attention = Attention(decoder.Spec.Blocks[0].Attention, segments - 1, tokens, rounds);
        var decode = Decode(decoder, engine, file, rounds);
        static double Ratio(double value) => double.Parse(value.ToString("G3", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
        ResultLine.Write("graphkv-ttft", ($"cached{segments}", Ratio(cached)), ($"block{segments}", Ratio(block)), ($"ego{segments}", Ratio(ego)), ("attention_ratio", Ratio(attention)), ("decode_ratio_llamacpp", Ratio(decode)));
        return 0;
    }

    private static int[] Ids(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => random.Next(1_000, 40_000))];
    }

    /// <summary>Time to the first logits over that of one long prompt: parallel windows, block attention, an ego graph with a new centre.</summary>
    private static (double Cached, double Block, double Ego) FirstToken(CausalDecoder decoder, GraphKvEngine engine, int[][] texts, int rounds)
    {
        var (question, prefix) = (Ids(32, -1), Ids(8, -2));
        void Ask(GraphKvPlan plan, int[][] segments)
        {
            using var readout = engine.Open(plan.Lay(new(engine.Model, prefix, segments)));
            readout.Append(question).Dispose();
        }

        var centre = 1_000;
        var rivals = new Interleaved("ttft", rounds, 1);
        rivals.Add("sequential", () =>
        {
            using var cache = decoder.NewCache();
            int[] ids = [.. prefix, .. texts.SelectMany(t => t), .. question];
            decoder.Append(new PackedTokens(ids, [ids.Length]), cache).Dispose();
        });
        rivals.Add("cached", () => Ask(GraphKvPlan.ParallelWindows, texts)); // the warm-up encodes the segments
        rivals.Add("block", () => Ask(GraphKvPlan.BlockAttention, texts));
        rivals.Add("ego", () => Ask(GraphKvPlan.Graph(SegmentGraph.Star, sourceLength: texts[0].Length), [.. texts[..^1], Ids(texts[0].Length, centre++)]));
        rivals.Measure();
        var counters = engine.Cache.Counters;
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"  cache: {counters.MemoryHits} hits, {counters.Misses} misses, {counters.TokensReused:N0} tokens reused, {counters.TokensComputed:N0} computed, {engine.Cache.Bytes:N0} bytes"));
        return (1 / rivals.Speedup("cached", "sequential"), 1 / rivals.Speedup("block", "sequential"), 1 / rivals.Speedup("ego", "sequential"));
    }

    /// <summary>One layer's attention of a target: merged result over the plain products of its edges and its own triangle.</summary>
    private static double Attention(AttentionSpec spec, int edges, int tokens, int rounds)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var query = randn(spec.Heads, tokens, spec.HeadWidth);
        int[] rows = [.. Enumerable.Range(tokens, tokens)], places = [.. Enumerable.Range(0, tokens)];
        KeyBlock Block(int[] positions, int own) => new(randn(spec.KeyHeads, tokens, spec.HeadWidth), randn(spec.KeyHeads, tokens, spec.HeadWidth), positions, own);
        KeyBlock[] blocks = [.. Enumerable.Range(0, edges).Select(_ => Block(places, tokens)), Block(rows, 0)];
        var rivals = new Interleaved("attention", rounds, 10);
        rivals.Add("edges", () =>
        {
            using var inner = NewDisposeScope();
            foreach (var block in blocks)
                BlockSoftmax.Attend(query, rows, block, spec);
        });
        rivals.Add("merged", () =>
        {
            using var inner = NewDisposeScope();
            PartialAttention.Merge([.. blocks.Select(b => BlockSoftmax.Attend(query, rows, b, spec))]);
        });
        rivals.Measure();
        return rivals.Speedup("edges", "merged");
    }

    /// <summary>Decoding behind 4 segments of 256 tokens against llama.cpp behind as many tokens; above 1 is faster.</summary>
    private static double Decode(CausalDecoder decoder, GraphKvEngine engine, string file, int rounds)
    {
        const int past = 1_024;
        var ids = Ids(past + Steps, 7);
        using var llama = new LlamaDecoder(file, TorchThreads.Count);
        llama.Append(ids.AsSpan(0, past), 0);
        int[][] segments = [.. ids.Take(past).Chunk(past / 4)];
        using var readout = engine.Open(GraphKvPlan.BlockAttention.Lay(new(engine.Model, [], segments)));
        readout.Append(ids.AsSpan(past, 1)).Dispose();
        var rivals = new Interleaved("decode", rounds, 1);
        rivals.Add("llama.cpp", () =>
        {
            for (var i = 0; i < Steps; i++)
                llama.Append(ids.AsSpan(past + i, 1), past + i);
        });
        rivals.Add("ours", () =>
        {
            for (var i = 0; i < Steps; i++)
                readout.Append(ids.AsSpan(past + i, 1)).Dispose();
        });
        rivals.Measure();
        Console.WriteLine($"  of {Steps} tokens each; {decoder.Spec.Layers} layers");
        return rivals.Speedup("ours", "llama.cpp");
    }
}
