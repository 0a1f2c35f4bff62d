namespace ML.Extensions.Evaluation;

/// <summary>How one query's ranking stands against its judgements.</summary>
public sealed class QueryRanking
{
    private readonly (int Rank, double Gain)[] _found;
    private readonly double[] _ideal;
    private readonly int _ranks;
    private readonly bool _complete;

    /// <summary>Compares a ranking with the judged documents.</summary>
    /// <param name="id">The query's id.</param>
    /// <param name="ranked">Ids of the first documents, best first.</param>
    /// <param name="judged">Judged documents by id.</param>
    /// <param name="complete">Whether <paramref name="ranked"/> holds every document there is.</param>
    /// <param name="lengths">Lengths of documents by id, or null.</param>
    internal QueryRanking(
        string id, IReadOnlyList<string> ranked, IReadOnlyDictionary<string, JudgedDocument> judged, bool complete,
        IReadOnlyDictionary<string, double>? lengths = null)
    {
        Id = id;
        (_ranks, _complete) = (ranked.Count, complete);
        TopDocumentId = ranked.Count > 0 ? ranked[0] : null;
        _ideal = [.. judged.Values.Select(j => j.Gain).Where(g => g > 0).OrderDescending()];
        var found = new List<(int, double)>();
        for (var i = 0; i < ranked.Count; i++)
        {
            if (judged.TryGetValue(ranked[i], out var document) && document.Gain > 0)
                found.Add((i + 1, document.Gain));
        }

        _found = [.. found];
        if (_ideal.Length == 0)
            return;
        var (answer, known) = judged.OrderByDescending(j => j.Value.Gain).ThenByDescending(j => lengths?.GetValueOrDefault(j.Key) ?? 0)
            .ThenBy(j => j.Key, StringComparer.Ordinal).First();
        DocumentLength = lengths is not null && lengths.TryGetValue(answer, out var length) ? length : null;
        AnswerDepth = known.Depth;
    }

    /// <summary>The query's id.</summary>
    public string Id { get; }

    /// <summary>Id of the document in the first place; null if there is none.</summary>
    public string? TopDocumentId { get; }

    /// <summary>Rank of the first relevant document, from 1; null if none is among the ranks known.</summary>
    public int? FirstRelevantRank => _found.Length > 0 ? _found[0].Rank : null;

    /// <summary>Relevant documents, found or not.</summary>
    public int Relevant => _ideal.Length;

    /// <summary>Length of the answer: of the document with the highest gain, among equals of the longest. Null if not told.</summary>
    public double? DocumentLength { get; }

    /// <summary>Place of the answer in that document, 0 (start) to 1 (end). Null if not told.</summary>
    public double? AnswerDepth { get; }

    /// <summary>A measure over the first k places.</summary>
    /// <param name="metric">Which one.</param>
    /// <param name="k">Places looked at, at least 1.</param>
    /// <exception cref="ArgumentOutOfRangeException">k is below 1, or beyond the ranks that were kept.</exception>
    public double Measure(RetrievalMetric metric, int k)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(k, 1);
        if (k > _ranks && !_complete)
            throw new ArgumentOutOfRangeException(nameof(k), k, $"Only the first {_ranks} places of each query were kept. Set the option Depth to {k} or more.");
        if (_ideal.Length == 0)
            return 0;
        var within = _found.Count(f => f.Rank <= k);
        return metric switch
        {
            RetrievalMetric.Ndcg => Discounted(k) / BestDiscounted(k),
            RetrievalMetric.Recall => within / (double)_ideal.Length,
            RetrievalMetric.Precision => within / (double)k,
            RetrievalMetric.HitRate => within > 0 ? 1 : 0,
            RetrievalMetric.ReciprocalRank => within > 0 ? 1.0 / _found[0].Rank : 0,
            RetrievalMetric.AveragePrecision => _found.Take(within).Select((f, i) => (i + 1.0) / f.Rank).Sum() / _ideal.Length,
            _ => throw new ArgumentOutOfRangeException(nameof(metric), metric, "Unknown metric."),
        };
    }

    private double Discounted(int k) => _found.Where(f => f.Rank <= k).Sum(f => f.Gain / Math.Log2(f.Rank + 1));

    private double BestDiscounted(int k) => _ideal.Take(k).Select((g, i) => g / Math.Log2(i + 2)).Sum();
}
