using System.Diagnostics;
using System.Globalization;
using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: on documents far beyond the window every extension finds more than cutting at the window.</summary>
internal static class Retrieval
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "set", "split", "model", "strategies", "tokens", "documents", "against", "data");
        var model = arguments.Text("model", "arctic");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var set = RetrievalSet.Load(arguments.Text("set", "qmsum"), data, arguments.Number("documents", 0), arguments.Text("split", ""));
        var limits = arguments.Numbers("tokens", "2048");
        var strategies = arguments.Texts("strategies", EmbeddingStrategy.Usual);
        foreach (var name in strategies.Where(s => s != "bm25"))
            EmbeddingStrategy.Parse(name);
        Console.WriteLine($"{set.Name}: {set.Documents.Count} documents, {set.Queries.Count} queries");

        Lazy<float[][]> queries = new(() => EmbeddingRun.Queries(model, set.Queries));
        var results = new List<(string Strategy, int Tokens, RetrievalMetrics Metrics)>();
        foreach (var name in strategies)
        {
            // Cutting at the window, and BM25, do not depend on the limit.
            foreach (var tokens in name switch { "none" => [512], "bm25" => [0], _ => limits })
            {
                if (name != "bm25")
                    _ = queries.Value;
                var watch = Stopwatch.StartNew();
                var metrics = name == "bm25"
                    ? OfBm25(set)
                    : RetrievalRun.OfVectors(set, queries.Value, EmbeddingRun.Documents(model, EmbeddingStrategy.Parse(name), tokens, set.Documents));
                Report(set, name == "bm25" ? "-" : model, name, tokens, metrics, watch);
                results.Add((name, tokens, metrics));
            }
        }

        Compare(set, model, results, arguments.Text("against", strategies[0]));
        return 0;
    }

    private static RetrievalMetrics OfBm25(RetrievalSet set)
    {
        var index = new Bm25(set.Documents);
        return RetrievalRun.OfScores(set, q => index.Score(set.Queries[q]));
    }

    private static void Report(
        RetrievalSet set, string model, string strategy, int tokens, RetrievalMetrics metrics, Stopwatch watch) => ResultLine.Write(
            "retrieval",
            ("set", set.Name),
            ("model", model),
            ("strategy", strategy),
            ("tokens", tokens == 0 ? "all" : tokens),
            ("documents", set.Documents.Count),
            ("queries", set.Queries.Count),
            ("ndcg10", Percent(metrics.Ndcg(10).Value)),
            ("acc1", Percent(metrics.HitRate(1).Value)),
            ("ndcg10_error", Percent(metrics.Ndcg(10).StandardError)),
            ("recall10", Percent(metrics.Recall(10).Value)),
            ("mrr10", Percent(metrics.MeanReciprocalRank(10).Value)),
            ("seconds", watch.Elapsed.TotalSeconds.ToString("F1", CultureInfo.InvariantCulture)));

    private static void Compare(
        RetrievalSet set, string model, IReadOnlyList<(string Strategy, int Tokens, RetrievalMetrics Metrics)> results, string against)
    {
        foreach (var rival in results.Where(r => r.Strategy == against))
        {
            foreach (var result in results.Where(r => r.Strategy != against && (r.Tokens == rival.Tokens || rival.Strategy is "none" or "bm25")))
            {
                var difference = result.Metrics.CompareTo(rival.Metrics);
                ResultLine.Write(
                    "retrieval-difference",
                    ("set", set.Name),
                    ("model", model),
                    ("strategy", result.Strategy),
                    ("against", against),
                    ("tokens", result.Tokens == 0 ? "all" : result.Tokens),
                    ("ndcg10", Percent(difference.Difference)),
                    ("error", Percent(difference.StandardError)),
                    ("low", Percent(difference.Low)),
                    ("high", Percent(difference.High)),
                    ("p", difference.PValue.ToString("F4", CultureInfo.InvariantCulture)));
            }
        }
    }

    private static string Percent(double value) => (100 * value).ToString("F1", CultureInfo.InvariantCulture);
}
