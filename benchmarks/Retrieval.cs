using System.Diagnostics;
using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: on documents far beyond the window every extension finds more than cutting at the window.</summary>
internal static class Retrieval
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "set", "model", "strategies", "tokens", "documents", "data");
        var model = arguments.Text("model", "arctic");
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var set = RetrievalSet.Load(arguments.Text("set", "qmsum"), data, arguments.Number("documents", 0));
        var limits = arguments.Numbers("tokens", "2048");
        var strategies = arguments.Texts("strategies", EmbeddingStrategy.Usual);
        foreach (var name in strategies.Where(s => s != "bm25"))
            EmbeddingStrategy.Parse(name);
        Console.WriteLine($"{set.Name}: {set.Documents.Count} documents, {set.Queries.Count} queries");

        Lazy<float[][]> queries = new(() => EmbeddingRun.Queries(model, set.Queries));
        foreach (var name in strategies)
        {
            // Cutting at the window, and BM25, do not depend on the limit.
            foreach (var tokens in name switch { "none" => [512], "bm25" => [0], _ => limits })
            {
                var watch = Stopwatch.StartNew();
                if (name == "bm25")
                {
                    var index = new Bm25(set.Documents);
                    Report(set, "-", name, tokens, q => index.Score(set.Queries[q]), watch);
                    continue;
                }

                _ = queries.Value;
                watch.Restart();
                var documents = EmbeddingRun.Documents(model, EmbeddingStrategy.Parse(name), tokens, set.Documents);
                Report(set, model, name, tokens, q => [.. documents.Select(d => RetrievalMetrics.Dot(d, queries.Value[q]))], watch);
            }
        }

        return 0;
    }

    private static void Report(
        RetrievalSet set, string model, string strategy, int tokens, Func<int, double[]> score, Stopwatch watch)
    {
        var seconds = watch.Elapsed.TotalSeconds;
        double gain = 0, first = 0;
        for (var q = 0; q < set.Queries.Count; q++)
        {
            var ranking = RetrievalMetrics.Rank(score(q));
            gain += RetrievalMetrics.Ndcg(ranking, set.Relevant[q], 10);
            first += RetrievalMetrics.Accuracy(ranking, set.Relevant[q]);
        }

        ResultLine.Write(
            "retrieval",
            ("set", set.Name),
            ("model", model),
            ("strategy", strategy),
            ("tokens", tokens == 0 ? "all" : tokens),
            ("documents", set.Documents.Count),
            ("queries", set.Queries.Count),
            ("ndcg10", Percent(gain)),
            ("acc1", Percent(first)),
            ("seconds", seconds.ToString("F1", CultureInfo.InvariantCulture)));

        string Percent(double sum) => (100 * sum / set.Queries.Count).ToString("F1", CultureInfo.InvariantCulture);
    }
}
