using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: int8 products run at least 2.2, 2.8 and 1.3 times as fast as ONNX Runtime's float32, at a cosine of at least 0.995.</summary>
internal static class Int8Throughput
{
    /// <summary>Speeds at 16 x 512, 16 x 128 and 1 x 16, and the least cosine to float32 on 200 texts.</summary>
    public static IEnumerable<(string, object)> Fields(string[] only, int rounds, OrtEncoder ort)
    {
        if (!only.Contains("int8"))
            return [];
        var cosine = Agreement();
        Console.WriteLine($"int8: least cosine to float32 on 200 texts {cosine:F5}");
        return
        [
            ("int8_512", EmbedThroughput.Round(Speed(16, 512, rounds, 1, ort))), ("int8_128", EmbedThroughput.Round(Speed(16, 128, rounds, 4, ort))),
            ("int8_16", EmbedThroughput.Round(Speed(1, 16, 3 * rounds, 40, ort))), ("int8_cosine", Math.Round(cosine, 5)),
        ];
    }

    private static double Speed(int count, int length, int rounds, int repeats, OrtEncoder ort)
    {
        using var encoder = EmbedThroughput.Open(Precision.Int8);
        var texts = EmbedThroughput.Ids(count, length);
        var rivals = new Interleaved($"{count}x{length}", rounds, repeats);
        rivals.Add("ort", () => ort.Encode(texts, count * length));
        rivals.Add("int8", () => EmbedThroughput.Encode(encoder, texts));
        rivals.Measure();
        return rivals.Speedup("int8", "ort");
    }

    private static double Agreement()
    {
        var texts = MixedTexts.Load(Path.Combine(Repository.Root, "..", "shared", "data"), 200);
        float[][] Vectors(Precision precision)
        {
            var settings = new EmbedderSettings { MaxTokens = 512, BeyondLimit = BeyondLimit.Truncate, Extension = ContextExtension.None, Precision = precision };
            using var embedder = LongTextEmbedder.Open(EmbeddingModel.ArcticXs, settings, ComputeDevice.Cpu);
            return [.. embedder.Embed(texts).Select(e => e.Vector)];
        }

        return Vectors(Precision.Int8).Zip(Vectors(Precision.Float32), (a, b) => a.Zip(b, (x, y) => (double)x * y).Sum()).Min();
    }
}
