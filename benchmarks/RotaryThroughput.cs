using ML.Extensions.Attention;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// What rotary positions cost: the default model, which is rotary, against its teacher, whose layers are otherwise the same; and
/// SelfExtend against the model as it is.
/// </summary>
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
            ("speed_16", Speed(1, 16, 3 * rounds, 40, absolute, rotary)),
            ("extend_4096", Extended(4_096, rounds, rotary)), ("extend_16384", Extended(16_384, (rounds + 2) / 3, rotary)));
        return 0;
    }

    /// <summary>Time of SelfExtend over that of the same tokens at their own distances.</summary>
    private static double Extended(int length, int rounds, TextEncoder rotary)
    {
        var ids = EmbedThroughput.Ids(1, length)[0];
        var batch = new PackedTokens(ids, [length]);
        var extended = batch with { SelfExtend = [SelfExtendWindow.For(rotary.Config.Window, length)] };
        var rivals = new Interleaved($"1x{length}", rounds, 1);
        rivals.Add("plain", () => rotary.Encode(batch, EncoderOutput.FirstToken).Dispose());
        rivals.Add("self-extend", () => rotary.Encode(extended, EncoderOutput.FirstToken).Dispose());
        rivals.Measure();
        return EmbedThroughput.Round(1 / rivals.Speedup("self-extend", "plain"));
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
