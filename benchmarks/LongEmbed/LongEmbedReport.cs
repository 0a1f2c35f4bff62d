using System.Globalization;
using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>Result lines of one task: each strategy and length over all draws, paired differences, and each strategy's mean.</summary>
internal static class LongEmbedReport
{
    /// <summary>Writes the lines.</summary>
    /// <param name="results">Results of one task.</param>
    /// <param name="against">Whom the others are compared with.</param>
    public static void Write(IReadOnlyList<LongEmbedResult> results, Contestant against)
    {
        foreach (var group in results.GroupBy(r => (r.By, r.Tokens)))
            Line([.. group]);
        foreach (var rival in results.Where(r => r.By == against).GroupBy(r => r.Tokens))
        {
            // None and BM25 stand at one limit of their own on tasks that are read.
            bool Comparable(LongEmbedResult r) => r.Tokens == rival.Key || (!r.Task.Synthetic && !(against.HasLimit && r.By.HasLimit));
            foreach (var group in results.Where(r => r.By != against && Comparable(r)).GroupBy(r => (r.By, r.Tokens)))
                Difference([.. group], [.. rival]);
        }

        foreach (var group in results.GroupBy(r => r.By))
        {
            ResultLine.Write(
                "longembed-task",
                ("task", group.First().Task.Name),
                ("model", group.Key.Model),
                ("strategy", group.Key.Strategy),
                ("lengths", group.Select(r => r.Tokens).Distinct().Count()),
                ("score", Percent(group.GroupBy(r => r.Tokens).Average(g => g.Average(r => r.Score)))),
                ("seconds", group.Sum(r => r.Outcome.Seconds).ToString("F1", CultureInfo.InvariantCulture)));
        }
    }

    private static void Line(IReadOnlyList<LongEmbedResult> draws)
    {
        var (first, pooled) = (draws[0], LongEmbedResult.Pool(draws));
        List<(string, object)> fields =
        [
            ("task", first.Task.Name),
            ("model", first.By.Model),
            ("strategy", first.By.Strategy),
            ("tokens", first.Tokens == 0 ? "all" : first.Tokens),
            ("documents", first.Documents),
            ("queries", first.Metrics.Queries.Count),
            ("acc1", Percent(pooled.HitRate(1).Value)),
            ("ndcg10", Percent(pooled.Ndcg(10).Value)),
            ("ndcg10_error", Percent(pooled.Ndcg(10).StandardError)),
        ];
        if (first.Task.Synthetic)
        {
            fields.AddRange(
            [
                ("draws", string.Join(',', draws.Select(d => d.Draw))),
                ("lowest", Percent(draws.Min(d => d.Score))),
                ("highest", Percent(draws.Max(d => d.Score))),
                ("hubs", Percent(draws.Max(d => d.Metrics.LargestHub))),
                ("acc1_by_quarter", string.Join('/', Quarters(pooled).Select(q => q is { } v ? Percent(v) : "-"))),
            ]);
        }

        fields.Add(("seconds", draws.Sum(d => d.Outcome.Seconds).ToString("F1", CultureInfo.InvariantCulture)));
        ResultLine.Write("longembed", [.. fields]);
    }

    private static void Difference(IReadOnlyList<LongEmbedResult> draws, IReadOnlyList<LongEmbedResult> rival)
    {
        var metric = draws[0].Task.Synthetic ? RetrievalMetric.HitRate : RetrievalMetric.Ndcg;
        var found = LongEmbedResult.Pool(draws).CompareTo(LongEmbedResult.Pool(rival), metric, metric == RetrievalMetric.HitRate ? 1 : 10);
        ResultLine.Write(
            "longembed-difference",
            ("task", draws[0].Task.Name),
            ("model", draws[0].By.Model),
            ("strategy", draws[0].By.Strategy),
            ("against", $"{rival[0].By.Model}:{rival[0].By.Strategy}"),
            ("tokens", draws[0].Tokens == 0 ? "all" : draws[0].Tokens),
            ("score", Percent(found.Difference)),
            ("error", Percent(found.StandardError)),
            ("low", Percent(found.Low)),
            ("high", Percent(found.High)),
            ("p", found.PValue.ToString("F4", CultureInfo.InvariantCulture)));
    }

    /// <summary>Acc@1 of needles in each quarter of their documents; null where there is none.</summary>
    internal static double?[] Quarters(RetrievalMetrics metrics)
    {
        var bins = metrics.Queries.Any(q => q.AnswerDepth is not null) ? metrics.ByDepth(0.25, 0.5, 0.75) : [];
        return [.. new[] { 0, 0.25, 0.5, 0.75 }.Select(from => bins.FirstOrDefault(b => b.From == from)?.Metrics.HitRate(1).Value)];
    }

    private static string Percent(double value) => (100 * value).ToString("F1", CultureInfo.InvariantCulture);
}
