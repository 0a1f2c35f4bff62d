using System.Globalization;
using ML.Extensions.LongText;
using ML.Extensions.Training;
using static TorchSharp.torch;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Claim: a step of training takes less time than the same architecture's in PyTorch: BERT of 6 layers, width 384, mean pooling, all weights trained,
/// AdamW, gradients clipped. Both run in turn, on as many threads.
/// </summary>
internal static class TrainingPeers
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "lengths", "threads", "rounds", "steps", "peer-bfloat16", "python");
        var lengths = arguments.Numbers("lengths", "256,256,256,256,256,256,256,256").OrderDescending().ToArray();
        var (threads, steps) = (arguments.Number("threads", 1), arguments.Number("steps", 4));
        using var peer = TrainingPeer.Start(arguments.Text("python", File.Exists("/usr/bin/python3") ? "/usr/bin/python3" : "python3"), lengths, threads, arguments.Number("peer-bfloat16", 0) == 1, out var reason);
        if (peer is null)
        {
            Console.WriteLine($"The peer is not there: {reason}");
            ResultLine.Write("training-peers", ("peer", "none"));
            return 1;
        }

        set_num_threads(threads);
        using var single = TrainableEncoder.Open(EmbeddingModel.MiniLM, new() { Precision = Precision.Float32 });
        using var half = TrainableEncoder.Open(EmbeddingModel.MiniLM, new() { Precision = Precision.BFloat16 });
        var rivals = new Interleaved("training", arguments.Number("rounds", 5), 1);
        rivals.Add("torch", () => peer.Run(steps));
        rivals.Add("float32", () => Train(single, lengths, steps));
        rivals.Add("bfloat16", () => Train(half, lengths, steps));
        rivals.Measure();
        var tokens = (double)lengths.Sum() * steps;
        string Round(double value, int digits) => Math.Round(value, digits).ToString(CultureInfo.InvariantCulture);
        ResultLine.Write(
            "training-peers", ("peer", peer.Name.Replace(' ', ',')), ("threads", threads), ("texts", lengths.Length), ("tokens", lengths.Sum()),
            ("peerTokensPerSecond", Round(tokens / rivals.Seconds("torch"), 0)),
            ("float32", Round(tokens / rivals.Seconds("float32"), 0)), ("bfloat16", Round(tokens / rivals.Seconds("bfloat16"), 0)),
            ("float32Gain", Round(rivals.Speedup("float32", "torch"), 2)), ("bfloat16Gain", Round(rivals.Speedup("bfloat16", "torch"), 2)),
            ("load", Load()));
        return 0;
    }

    private static void Train(TrainableEncoder encoder, int[] lengths, int steps)
    {
        var random = new Random(1);
        int[][] texts = [.. lengths.Select(l => (int[])[101, .. Enumerable.Range(0, l - 2).Select(_ => random.Next(1_000, encoder.Spec.VocabularySize)), 102])];
        var target = new float[encoder.Spec.Width];
        Array.Fill(target, 1);
        var batch = TrainingBatch.Of(texts) with { Targets = [.. texts.Select(_ => target)] };
        new EmbeddingTrainingRun(encoder, [new(new Distillation(), TrainingStream.From(_ => batch))], new() { Steps = steps, LearningRate = new(5e-4) }).Run();
    }

    private static string Load() => File.Exists("/proc/loadavg") ? File.ReadAllText("/proc/loadavg").Split(' ')[0] : "-";
}
