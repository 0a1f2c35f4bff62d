using System.Globalization;

namespace ML.Extensions.Evaluation;

/// <summary>Measures of the queries whose answer falls into a bin of lengths or depths.</summary>
/// <param name="From">Least value, inside the bin.</param>
/// <param name="To">Upper end, outside the bin; infinite for the last one.</param>
/// <param name="Metrics">Measures of these queries.</param>
public sealed record MetricBin(double From, double To, RetrievalMetrics Metrics)
{
    /// <summary>The bin and nDCG@10, as in "[512, 1024): 40 queries, nDCG@10 0.412 ± 0.013".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"[{From}, {To}): {Metrics.Queries.Count} queries, nDCG@10 {Metrics.Ndcg()}");

    /// <summary>Splits queries by a value; those without one are left out, and so are empty bins.</summary>
    internal static IReadOnlyList<MetricBin> Split(
        IReadOnlyList<QueryRanking> queries, Func<QueryRanking, double?> value, IReadOnlyList<double> edges, double least, string missing)
    {
        if (edges.Count == 0 || edges.Zip(edges.Skip(1)).Any(p => !(p.First < p.Second)) || edges.Any(e => !double.IsFinite(e)))
            throw new ArgumentException("Edges of bins must be finite and rise; at least one is needed.", nameof(edges));
        if (queries.All(q => value(q) is null))
            throw new InvalidOperationException(missing);
        double[] all = [Math.Min(least, edges[0]), .. edges, double.PositiveInfinity];
        return
        [
            .. from i in Enumerable.Range(0, all.Length - 1)
               let inside = queries.Where(q => value(q) >= all[i] && value(q) < all[i + 1]).ToArray()
               where inside.Length > 0
               select new MetricBin(all[i], all[i + 1], new(inside, 0)),
        ];
    }
}
