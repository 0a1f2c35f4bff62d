using System.Globalization;

namespace ML.Extensions.Evaluation;

/// <summary>Measures of rankings over many queries: means with standard errors, by length, by depth, and against another result.</summary>
/// <remarks>
/// Means are over the judged queries. Every k up to the option <c>Depth</c> can be asked for; the definitions are trec_eval's,
/// see <see cref="RetrievalMetric"/>.
/// </remarks>
public sealed class RetrievalMetrics
{
    internal RetrievalMetrics(IReadOnlyList<QueryRanking> queries, int unjudged)
    {
        Queries = queries;
        UnjudgedQueries = unjudged;
    }

    /// <summary>Each judged query, in the order of the data.</summary>
    public IReadOnlyList<QueryRanking> Queries { get; }

    /// <summary>Queries left out because no judgement names them.</summary>
    public int UnjudgedQueries { get; }

    /// <summary>
    /// Largest share of the queries whose first place goes to one same document. A large share tells of a hub: a document that
    /// is near to everything.
    /// </summary>
    public double LargestHub => Queries.Count == 0
        ? double.NaN : Queries.CountBy(q => q.TopDocumentId ?? "").Max(c => c.Value) / (double)Queries.Count;

    /// <summary>Mean of a measure over the first k places.</summary>
    public MetricMean Mean(RetrievalMetric metric, int k = 10) => MetricMean.Of(Values(metric, k));

    /// <summary>nDCG@k, the usual headline of retrieval.</summary>
    public MetricMean Ndcg(int k = 10) => Mean(RetrievalMetric.Ndcg, k);

    /// <summary>Recall@k.</summary>
    public MetricMean Recall(int k = 10) => Mean(RetrievalMetric.Recall, k);

    /// <summary>Precision@k.</summary>
    public MetricMean Precision(int k = 10) => Mean(RetrievalMetric.Precision, k);

    /// <summary>Hit rate@k: accuracy for k = 1.</summary>
    public MetricMean HitRate(int k = 1) => Mean(RetrievalMetric.HitRate, k);

    /// <summary>MRR@k.</summary>
    public MetricMean MeanReciprocalRank(int k = 10) => Mean(RetrievalMetric.ReciprocalRank, k);

    /// <summary>MAP@k.</summary>
    public MetricMean MeanAveragePrecision(int k = 100) => Mean(RetrievalMetric.AveragePrecision, k);

    /// <summary>Measures by the length of the answer's document (<see cref="QueryRanking.DocumentLength"/>).</summary>
    /// <param name="edges">Inner edges of the bins, rising: 512, 1024 makes [0, 512), [512, 1024), [1024, ∞). Unit: that of the length column.</param>
    /// <exception cref="InvalidOperationException">No length is known.</exception>
    public IReadOnlyList<MetricBin> ByLength(params IReadOnlyList<double> edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return MetricBin.Split(Queries, q => q.DocumentLength, edges, 0, "No query has a document length. Name the documents' length column in the options.");
    }

    /// <summary>Measures by the answer's place in its document (<see cref="QueryRanking.AnswerDepth"/>).</summary>
    /// <param name="edges">Inner edges of the bins, rising, between 0 and 1.</param>
    /// <exception cref="InvalidOperationException">No depth is known.</exception>
    public IReadOnlyList<MetricBin> ByDepth(params IReadOnlyList<double> edges)
    {
        ArgumentNullException.ThrowIfNull(edges);
        return MetricBin.Split(Queries, q => q.AnswerDepth, edges, 0, "No query has an answer's depth. Name the judgements' depth column in the options.");
    }

    /// <summary>Paired bootstrap over queries: is this result better than the other one on the same queries?</summary>
    /// <param name="other">Another result on the same queries, in any order.</param>
    /// <param name="metric">Measure compared.</param>
    /// <param name="k">Places looked at.</param>
    /// <param name="resamples">Draws of as many queries, with replacement.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentException">The two results have different queries; one is named.</exception>
    public PairedDifference CompareTo(
        RetrievalMetrics other, RetrievalMetric metric = RetrievalMetric.Ndcg, int k = 10, int resamples = 10_000, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(other);
        var theirs = other.Queries.ToDictionary(q => q.Id, q => q.Measure(metric, k), StringComparer.Ordinal);
        if (Queries.FirstOrDefault(q => !theirs.ContainsKey(q.Id)) is { } missing)
            throw new ArgumentException($"The other result has no query '{missing.Id}'. Compare results on the same queries.", nameof(other));
        if (theirs.Count != Queries.Count)
        {
            var extra = theirs.Keys.Except(Queries.Select(q => q.Id), StringComparer.Ordinal).First();
            throw new ArgumentException($"The other result has the query '{extra}', this one does not. Compare results on the same queries.", nameof(other));
        }

        return PairedBootstrap.Of([.. Queries.Select(q => q.Measure(metric, k) - theirs[q.Id])], resamples, seed);
    }

    /// <summary>nDCG@10 and the number of queries.</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"nDCG@10 {Ndcg()}, {Queries.Count} queries");

    private double[] Values(RetrievalMetric metric, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        return [.. Queries.Select(q => q.Measure(metric, k))];
    }
}
