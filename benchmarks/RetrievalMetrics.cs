namespace ML.Extensions.Benchmarks;

/// <summary>Metrics of one query's ranking with relevance 0 or 1.</summary>
internal static class RetrievalMetrics
{
    /// <summary>nDCG@k: Σ 1/log2(rank + 1) over relevant documents among the first k, by the same sum of the best ranking.</summary>
    /// <param name="ranking">Documents, best first.</param>
    /// <param name="relevant">Relevant documents; none gives 0.</param>
    /// <param name="k">Ranks looked at.</param>
    public static double Ndcg(IReadOnlyList<int> ranking, IReadOnlySet<int> relevant, int k)
    {
        double gain = 0, best = 0;
        for (var rank = 1; rank <= k; rank++)
        {
            if (rank <= ranking.Count && relevant.Contains(ranking[rank - 1]))
                gain += 1 / Math.Log2(rank + 1);
            if (rank <= relevant.Count)
                best += 1 / Math.Log2(rank + 1);
        }

        return best == 0 ? 0 : gain / best;
    }

    /// <summary>Acc@1: 1 where the first document is relevant.</summary>
    public static double Accuracy(IReadOnlyList<int> ranking, IReadOnlySet<int> relevant) =>
        ranking.Count > 0 && relevant.Contains(ranking[0]) ? 1 : 0;

    /// <summary>Hubs: largest share of the queries whose first place goes to one same document.</summary>
    public static double Hubs(IReadOnlyCollection<int> winners) =>
        winners.Count == 0 ? 0 : winners.CountBy(w => w).Max(c => c.Value) / (double)winners.Count;

    /// <summary>Documents by falling score; equal scores keep their order.</summary>
    public static int[] Rank(IReadOnlyList<double> scores) =>
        [.. Enumerable.Range(0, scores.Count).OrderByDescending(i => scores[i])];

    /// <summary>Inner product of two vectors of equal length.</summary>
    public static double Dot(float[] a, float[] b) => System.Numerics.Tensors.TensorPrimitives.Dot(a.AsSpan(), b);
}
