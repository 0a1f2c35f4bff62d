namespace ML.Extensions.Evaluation;

/// <summary>The best documents seen so far for one query, at most a given number. Memory: that number, however many are offered.</summary>
/// <remarks>
/// Equal scores: the id that is greater in ordinal order comes first, which is trec_eval's rule; so the order of rows never
/// matters. NaN comes last.
/// </remarks>
/// <param name="capacity">Documents kept.</param>
internal sealed class TopDocuments(int capacity)
{
    private readonly PriorityQueue<string, (double Score, string Id)> _kept = new(Comparer<(double Score, string Id)>.Create(
        (a, b) => a.Score.CompareTo(b.Score) is var c and not 0 ? c : string.CompareOrdinal(a.Id, b.Id)));

    private double _worst = double.NegativeInfinity;

    /// <summary>Documents offered.</summary>
    public long Offered { get; private set; }

    /// <summary>Takes a document if it is among the best.</summary>
    public void Offer(string id, double score)
    {
        Offered++;
        if (_kept.Count < capacity)
            _kept.Enqueue(id, (score, id));
        else if (!(score < _worst))
            _kept.EnqueueDequeue(id, (score, id));
        else
            return;
        if (_kept.Count == capacity && _kept.TryPeek(out _, out var last))
            _worst = last.Score;
    }

    /// <summary>Ids of the documents kept, best first. Empties the list.</summary>
    public string[] Take()
    {
        var ids = new string[_kept.Count];
        for (var i = ids.Length - 1; i >= 0; i--)
            ids[i] = _kept.Dequeue();
        return ids;
    }
}
