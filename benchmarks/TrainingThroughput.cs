using System.Globalization;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Training;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Claim: training the default model's rotary twin by distillation (states of all tokens) uses the processor's products well. Tokens a
/// second of whole steps, the teacher's pass included and apart, on texts of mixed lengths up to 512.
/// </summary>
internal static class TrainingThroughput
{
    private static readonly int[] Lengths = [512, 384, 256, 128, 96, 64, 48, 32, 16];

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "steps", "tokens", "teacher", "precision");
        var steps = arguments.Number("steps", 6);
        foreach (var precision in arguments.Texts("precision", "Float32,BFloat16").Select(Enum.Parse<Precision>))
            Measure(precision, steps, arguments.Number("tokens", 1_536), arguments.Number("teacher", 1) == 1);
        return 0;
    }

    private static void Measure(Precision precision, int steps, int tokens, bool taught)
    {
        using var encoder = TrainableEncoder.Open(EmbeddingModel.ArcticXs, new() { Precision = precision, Change = new RotaryTwin() });
        encoder.Freeze(name => name == "embeddings.word_embeddings.weight");
        using var checkpoint = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        using var teacher = TextEncoders.Create(checkpoint.Config, checkpoint.Weights, Precision.Float32, ComputeDevice.Cpu, checkpoint.Name);
        var targets = new float[encoder.Spec.Width];
        Array.Fill(targets, 1);
        var stream = TrainingStream.From(step =>
        {
            var batch = Texts(step, tokens, encoder.Spec.VocabularySize);
            return taught ? batch : batch with { Targets = [.. batch.Texts.Select(_ => targets)] };
        });
        var task = new TrainingTask(new Distillation { TokenWeight = taught ? 1 : 0 }, stream) { Teacher = taught ? teacher : null };
        var speeds = new List<double>();
        new EmbeddingTrainingRun(encoder, [task], new() { Steps = steps, LearningRate = new(5e-4), Progress = p => speeds.Add(p.TokensPerSecond) }).Run();
        var sorted = speeds.Skip(1).Order().ToArray();
        ResultLine.Write("training", ("precision", precision), ("teacher", taught), ("tokens", tokens), ("steps", steps),
            ("tokensPerSecond", sorted[sorted.Length / 2].ToString("F0", CultureInfo.InvariantCulture)), ("best", sorted[^1].ToString("F0", CultureInfo.InvariantCulture)));
    }

    private static TrainingBatch Texts(long step, int tokens, int vocabulary)
    {
        var random = new Random((int)step);
        var texts = new List<int[]>();
        for (var left = tokens; left >= Lengths[^1];)
        {
            var fitting = Lengths.Where(l => l <= left).ToArray();
            var length = fitting[random.Next(fitting.Length)];
            texts.Add([101, .. Enumerable.Range(0, length - 2).Select(_ => random.Next(1_000, vocabulary)), 102]);
            left -= length;
        }

        return TrainingBatch.Of(texts);
    }
}
