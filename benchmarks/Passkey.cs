using System.Globalization;
using System.Diagnostics;

namespace ML.Extensions.Benchmarks;

/// <summary>Finds one fact in filler. Reported, not tuned on: see docs/LongText.md for what each strategy loses here.</summary>
internal static class Passkey
{
    private const int Window = 512;

    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "model", "lengths", "strategies", "queries", "documents", "draws", "seed");
        var model = arguments.Text("model", "minilm");
        var (queries, documents) = (arguments.Number("queries", 25), arguments.Number("documents", 50));
        var (draws, seed) = (arguments.Number("draws", 2), arguments.Number("seed", 1));
        if (queries < 1 || queries > documents || draws < 1)
            throw new ArgumentException($"queries ({queries}) must be 1 to documents ({documents}), draws ({draws}) at least 1.");
        var strategies = arguments.Texts("strategies", EmbeddingStrategy.Usual).Select(EmbeddingStrategy.Parse).ToArray();
        foreach (var length in arguments.Numbers("lengths", "256,512,1024,2048,4096"))
        {
            // Within the window every strategy is the model itself.
            foreach (var strategy in length <= Window ? strategies.Take(1) : strategies)
                Measure(model, strategy, length, queries, documents, Enumerable.Range(seed, draws));
        }

        return 0;
    }

    private static void Measure(
        string model, EmbeddingStrategy strategy, int length, int queries, int documents, IEnumerable<int> seeds)
    {
        var watch = Stopwatch.StartNew();
        var accuracies = new List<double>();
        double hubs = 0;
        foreach (var seed in seeds)
        {
            var set = SyntheticSet.Passkey(length, documents, queries, new(seed));
            var metrics = RetrievalRun.OfVectors(
                set, EmbeddingRun.Queries(model, set.Queries), EmbeddingRun.Documents(model, strategy, 2 * length, set.Documents));
            accuracies.Add(metrics.HitRate(1).Value);
            hubs = Math.Max(hubs, metrics.LargestHub);
        }

        ResultLine.Write(
            "passkey",
            ("model", model),
            ("strategy", strategy.Name),
            ("tokens", length),
            ("acc1", Round(accuracies.Average())),
            ("lowest", Round(accuracies.Min())),
            ("highest", Round(accuracies.Max())),
            ("hubs", Round(hubs)),
            ("draws", accuracies.Count),
            ("seconds", watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)));

        static string Round(double value) => value.ToString("F2", CultureInfo.InvariantCulture);
    }
}
