using System.Globalization;
using Microsoft.ML;
using Microsoft.ML.Runtime;
using ML.Extensions.LongText;
using ML.Extensions.Search;

namespace ML.Extensions.Tool;

/// <summary>Trains, with a progress bar, and leaves the model's folder.</summary>
internal static class TrainRun
{
    /// <summary>Runs; the checkpoints go when the model is written.</summary>
    public static void Run(string input, string? validation, TrainFields fields, TextEmbeddingObjective objective, LongTextTrainingOptions options)
    {
        var ml = new MLContext(seed: options.Compute.Seed);
        IDataView Load(string path) => ml.Data.LoadFromEnumerable(TrainRows.Read(path, fields));
        var data = Load(input);
        var bar = ProgressLine.OnError();
        var shown = 0.0;
        var tokens = 0L;
        var progress = new Watcher(step =>
        {
            tokens = step.Tokens;
            shown = step.Loss;
            bar.Report((double)step.Step / step.Steps, step.Step * options.RowsPerStep, step.Tokens);
        });
        ml.Log += (_, e) =>
        {
            if (e.Kind == ChannelMessageKind.Info && e.Source.Contains("LongTextTraining", StringComparison.Ordinal) && Console.IsErrorRedirected)
                Console.Error.WriteLine(e.RawMessage);
        };
        using var told = options.Compute.CancellationToken.Register(() => Console.Error.WriteLine("mlext: stops behind the step under way."));
        options = options with
        {
            Validation = validation is null ? null : new(Load(validation)), Compute = options.Compute with { Progress = progress },
        };
        using (ml.Transforms.Text.TrainTextEmbedding("Embedding", nameof(TrainRow.Text), objective, options).Fit(data))
            bar.End(string.Create(CultureInfo.InvariantCulture, $"{tokens:N0} tokens; last loss {shown:F4}."));
        if (options.Compute.CheckpointFolder is { } checkpoints && Directory.Exists(checkpoints))
            Directory.Delete(checkpoints, recursive: true);
        Console.Out.WriteLine(options.OutputFolder);
    }

    private sealed class Watcher(Action<LongTextTrainingProgress> show) : IProgress<LongTextTrainingProgress>
    {
        public void Report(LongTextTrainingProgress value) => show(value);
    }
}
