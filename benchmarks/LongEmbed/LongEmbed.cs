using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// LongEmbed (arXiv 2404.12096): six retrieval tasks with long documents. Passkey and needle are made here, with our own names
/// and facts; the others are read.
/// </summary>
internal static class LongEmbed
{
    private const string Lengths = "256,512,1024,2048,4096,8192,16384,32768";

    public static int Run(string[] args)
    {
        var arguments = new Arguments(
            args, "model", "tasks", "strategies", "lengths", "tokens", "draws", "documents", "queries", "against", "csv", "plot", "data", "haystack", "dataset");
        var sources = new LongEmbedSources(
            arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data")),
            arguments.Optional("haystack"),
            arguments.Optional("dataset"))
        {
            Documents = arguments.Number("documents", 0),
            Queries = arguments.Number("queries", 0),
        };
        var tasks = LongEmbedTask.Parse(arguments.Texts("tasks", sources.Dataset is null ? "own" : "all"));
        var model = new ModelEncoder(arguments.Text("model", "arctic"));
        var contestants = arguments.Texts("strategies", EmbeddingStrategy.Usual).Select(s => Contestant.Parse(s, model)).ToArray();
        var against = Contestant.Rival(arguments.Optional("against"), model, contestants);
        var draws = arguments.Texts("draws", "1,2,3@0.02").Select(LongEmbedDraw.Parse).ToArray();
        var plot = arguments.Optional("plot");
        LongEmbedPlot.Check(plot);
        using var csv = arguments.Optional("csv") is { } path ? new LongEmbedCsv(path) : null;
        if (csv is { Known: > 0 })
            Console.Error.WriteLine($"Goes on: {csv.Known} measurements are in the file.");

        var results = new List<LongEmbedResult>();
        foreach (var task in tasks)
        {
            var before = results.Count;
            var limits = task.Synthetic ? arguments.Numbers("lengths", Lengths) : arguments.Numbers("tokens", "4096");
            foreach (var result in LongEmbedRun.Measure(task, sources, contestants, limits, draws, csv))
            {
                csv?.Write(result);
                results.Add(result);
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{task.Name} {result.By.Model}:{result.By.Strategy} {result.Tokens} {result.Draw}: {result.Score:F3}, {result.Outcome.Seconds:F0} s"));
            }

            LongEmbedReport.Write(results[before..], against);
        }

        if (plot is not null)
            LongEmbedPlot.Save(plot, results);
        return 0;
    }
}
