using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>One measurement: a task under a strategy at a length, by one draw.</summary>
/// <param name="Task">The task.</param>
/// <param name="Model">The model's name; "-" for BM25.</param>
/// <param name="Strategy">The strategy's name.</param>
/// <param name="Tokens">Length of the documents (synthetic) or most tokens read; 0 means all.</param>
/// <param name="Draw">The draw; null for tasks that are read.</param>
/// <param name="Documents">Documents ranked.</param>
/// <param name="Metrics">Measures.</param>
/// <param name="Seconds">Wall time, queries left out.</param>
internal sealed record LongEmbedResult(
    LongEmbedTask Task, string Model, string Strategy, int Tokens, LongEmbedDraw? Draw, int Documents, RetrievalMetrics Metrics, double Seconds)
{
    /// <summary>The task's headline: Acc@1 for synthetic tasks, else nDCG@10.</summary>
    public double Score => ScoreOf(Task, Metrics);

    /// <summary>The headline of any measures.</summary>
    public static double ScoreOf(LongEmbedTask task, RetrievalMetrics metrics) =>
        (task.Synthetic ? metrics.HitRate(1) : metrics.Ndcg(10)).Value;

    /// <summary>Measures of several draws as one.</summary>
    public static RetrievalMetrics Pool(IEnumerable<LongEmbedResult> results) => new([.. results.SelectMany(r => r.Metrics.Queries)], 0);
}
