using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>Claim: on documents far beyond the window every extension finds more than cutting at the window.</summary>
internal static class Retrieval
{
    public static int Run(string[] args)
    {
        var arguments = new Arguments(args, "set", "split", "model", "strategies", "tokens", "documents", "against", "data");
        var model = new ModelEncoder(arguments.Text("model", "arctic"));
        var contestants = arguments.Texts("strategies", EmbeddingStrategy.Usual).Select(s => Contestant.Parse(s, model)).ToArray();
        var against = Contestant.Rival(arguments.Optional("against"), model, contestants);
        var data = arguments.Text("data", Path.Combine(Repository.Root, "..", "shared", "data"));
        var set = RetrievalSet.Load(arguments.Text("set", "qmsum"), data, arguments.Number("documents", 0), arguments.Text("split", ""));
        var limits = arguments.Numbers("tokens", "2048");
        Console.WriteLine($"{set.Name}: {set.Documents.Count} documents, {set.Queries.Count} queries");

        var outcomes = new List<RetrievalOutcome>();
        foreach (var outcome in RetrievalRun.Measure(set, contestants, c => c.Limits(limits)))
        {
            outcomes.Add(outcome);
            Report(set, outcome);
        }

        foreach (var other in outcomes.Where(o => o.By == against))
        {
            foreach (var outcome in outcomes.Where(o => o.By != against && (o.Tokens == other.Tokens || !against.HasLimit || !o.By.HasLimit)))
                Compare(set, outcome, other);
        }

        return 0;
    }

    private static void Report(RetrievalSet set, RetrievalOutcome outcome) => ResultLine.Write(
        "retrieval",
        ("set", set.Name),
        ("model", outcome.By.Model),
        ("strategy", outcome.By.Strategy),
        ("tokens", outcome.Tokens == 0 ? "all" : outcome.Tokens),
        ("documents", set.Documents.Count),
        ("queries", set.Queries.Count),
        ("ndcg10", Percent(outcome.Metrics.Ndcg(10).Value)),
        ("acc1", Percent(outcome.Metrics.HitRate(1).Value)),
        ("ndcg10_error", Percent(outcome.Metrics.Ndcg(10).StandardError)),
        ("recall10", Percent(outcome.Metrics.Recall(10).Value)),
        ("mrr10", Percent(outcome.Metrics.MeanReciprocalRank(10).Value)),
        ("seconds", outcome.Seconds.ToString("F1", CultureInfo.InvariantCulture)));

    private static void Compare(RetrievalSet set, RetrievalOutcome outcome, RetrievalOutcome other)
    {
        var difference = outcome.Metrics.CompareTo(other.Metrics);
        ResultLine.Write(
            "retrieval-difference",
            ("set", set.Name),
            ("model", outcome.By.Model),
            ("strategy", outcome.By.Strategy),
            ("against", $"{other.By.Model}:{other.By.Strategy}"),
            ("tokens", outcome.Tokens == 0 ? "all" : outcome.Tokens),
            ("ndcg10", Percent(difference.Difference)),
            ("error", Percent(difference.StandardError)),
            ("low", Percent(difference.Low)),
            ("high", Percent(difference.High)),
            ("p", difference.PValue.ToString("F4", CultureInfo.InvariantCulture)));
    }

    private static string Percent(double value) => (100 * value).ToString("F1", CultureInfo.InvariantCulture);
}
