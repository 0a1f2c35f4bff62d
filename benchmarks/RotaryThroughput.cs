using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>What rotary positions cost: the default model, which is rotary, against its teacher, whose layers are otherwise the same.</summary>
internal static class RotaryThroughput
{
    public static int Run(string[] args)
    {
        var rounds = new Arguments(args, "rounds").Number("rounds", 9);
        using var absolute = EmbedThroughput.Open(Precision.Auto, EmbeddingModel.ArcticXs);
        using var rotary = EmbedThroughput.Open(Precision.Auto, EmbeddingModel.DefaultRope);
        Console.WriteLine($"{TorchThreads.Count} threads, {rotary.Precision}");
        ResultLine.Write("rotary-throughput",
            ("speed_512", Speed(16, 512, rounds, 1, absolute, rotary)), ("speed_128", Speed(16, 128, rounds, 4, absolute, rotary)),
            ("speed_16", Speed(1, 16, 3 * rounds, 40, absolute, rotary)));
        return 0;
    }

    private static double Speed(int count, int length, int rounds, int repeats, TextEncoder absolute, TextEncoder rotary)
    {
        var texts = EmbedThroughput.Ids(count, length);
        var rivals = new Interleaved($"{count}x{length}", rounds, repeats);
        rivals.Add("absolute", () => EmbedThroughput.Encode(absolute, texts));
        rivals.Add("rotary", () => EmbedThroughput.Encode(rotary, texts));
        rivals.Measure();
        return EmbedThroughput.Round(rivals.Speedup("rotary", "absolute"));
    }
}
