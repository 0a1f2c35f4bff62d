using System.Globalization;
using Microsoft.ML;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Claim: fine-tuning on the training stories of SQuALITY finds more of other stories. Rows are the training stories' questions, and
/// sentences of their summaries, each with a stretch of its story, or with the mean of several windows of it; then the questions of the test
/// stories are ranked over all stories, by the model before and after.
/// </summary>
internal static class StoryTuning
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "model", "folder", "rows", "rate", "batch", "windows", "temperature", "strategies", "tokens", "split", "data", "seed");
        var model = arguments.Text("model", "default-rope");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var folder = Path.GetFullPath(arguments.Text("folder", Path.Combine(Path.GetTempPath(), "mlext-story-tuning")));
        if (!File.Exists(Path.Combine(folder, "tuned", "modules.json")))
            Train(model, data, folder, arguments);
        var tuned = Path.Combine(folder, "tuned");
        var strategies = arguments.Texts("strategies", "none,pcw,se");
        foreach (var strategy in strategies)
        {
            Retrieval.Run(
            [
                "--set", "squality", "--split", arguments.Text("split", "test"), "--model", model, "--data", data, "--tokens", arguments.Text("tokens", "4096"),
                "--strategies", $"{strategy},{tuned}:{strategy}",
            ]);
        }

        return 0;
    }

    private static void Train(string model, string data, string folder, Arguments arguments)
    {
        var (seed, windows) = (arguments.Number("seed", 1), arguments.Number("windows", 1));
        var rows = StoryRow.Of(RetrievalSet.Load("squality", data, 0, "train"), RetrievalSet.Load("squality-summaries", data, 0, "train"), arguments.Number("rows", 2_400), seed, windows > 1);
        Console.WriteLine($"{rows.Count} rows");
        var ml = new MLContext(seed);
        var objective = TextEmbeddingObjective.MatchingPairs(nameof(StoryRow.Passage)) with
        {
            GroupColumnName = nameof(StoryRow.Story), Temperature = arguments.Number("temperature", 50) * 1e-3,
        };
        var trainer = ml.Transforms.Text.TrainTextEmbedding("Embedding", nameof(StoryRow.Query), objective, new()
        {
            Model = EmbeddingRun.Model(model),
            RowsPerStep = arguments.Number("batch", 48),
            Schedule = new() { LearningRate = arguments.Number("rate", 50) * 1e-6 },
            Texts = new() { InputPromptName = "query", Windows = windows },
            Compute = new()
            {
                Seed = seed,
                CheckpointFolder = Path.Combine(folder, "checkpoint"),
                CheckpointEvery = 10,
                Progress = new Progress<LongTextTrainingProgress>(p => Console.Error.WriteLine(
                    string.Create(CultureInfo.InvariantCulture, $"{DateTime.Now:HH:mm:ss} step {p.Step}/{p.Steps} loss {p.Loss:F4} {p.TokensPerSecond:F0} tokens/s"))),
            },
            OutputFolder = Path.Combine(folder, "tuned"),
        });
        using var trained = trainer.Fit(ml.Data.LoadFromEnumerable(rows));
    }
}
