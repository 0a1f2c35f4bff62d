namespace ML.Extensions.Tests.Conformance;

/// <summary>trec_eval's measures in plain loops over one query's whole ranking (NIST's trec_eval 9: m_ndcg_cut, m_recall, m_map_cut, m_recip_rank, m_success, m_P).</summary>
internal sealed class TrecEvalOracle
{
    private readonly List<double> _gains = [];
    private readonly List<double> _all;

    /// <param name="scores">Score of each document by id.</param>
    /// <param name="grades">Grade of each judged document.</param>
    /// <param name="gain">Worth of a grade above 0.</param>
    public TrecEvalOracle(Dictionary<string, double> scores, Dictionary<string, double> grades, Func<double, double> gain)
    {
        var run = scores.ToList();
        run.Sort((a, b) => a.Value != b.Value ? b.Value.CompareTo(a.Value) : string.CompareOrdinal(b.Key, a.Key));
        foreach (var (id, _) in run)
            _gains.Add(grades.TryGetValue(id, out var g) && g > 0 ? gain(g) : 0);
        _all = [.. grades.Values.Where(g => g > 0).Select(gain)];
        _all.Sort((a, b) => b.CompareTo(a));
    }

    public double Ndcg(int k)
    {
        double dcg = 0, ideal = 0;
        for (var i = 0; i < k && i < _gains.Count; i++)
            dcg += _gains[i] / Math.Log2(i + 2);
        for (var i = 0; i < k && i < _all.Count; i++)
            ideal += _all[i] / Math.Log2(i + 2);
        return ideal > 0 ? dcg / ideal : 0;
    }

    public double Recall(int k) => _all.Count == 0 ? 0 : Relevant(k) / (double)_all.Count;

    public double Precision(int k) => Relevant(k) / (double)k;

    public double Success(int k) => Relevant(k) > 0 ? 1 : 0;

    public double ReciprocalRank(int k)
    {
        for (var i = 0; i < k && i < _gains.Count; i++)
            if (_gains[i] > 0)
                return 1.0 / (i + 1);
        return 0;
    }

    public double AveragePrecision(int k)
    {
        double sum = 0;
        var seen = 0;
        for (var i = 0; i < k && i < _gains.Count; i++)
        {
            if (_gains[i] <= 0)
                continue;
            seen++;
            sum += seen / (double)(i + 1);
        }

        return _all.Count == 0 ? 0 : sum / _all.Count;
    }

    private int Relevant(int k)
    {
        var count = 0;
        for (var i = 0; i < k && i < _gains.Count; i++)
            count += _gains[i] > 0 ? 1 : 0;
        return count;
    }
}
