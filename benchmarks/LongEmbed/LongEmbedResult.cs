using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>One measurement: a task under a strategy at a length, by one draw.</summary>
/// <param name="Task">The task.</param>
/// <param name="Outcome">Who scored what, at which length.</param>
/// <param name="Draw">The draw; null for tasks that are read.</param>
/// <param name="DocumentIds">Documents ranked.</param>
internal sealed record LongEmbedResult(LongEmbedTask Task, RetrievalOutcome Outcome, LongEmbedDraw? Draw, IReadOnlyList<string> DocumentIds)
{
    /// <summary>Number of documents.</summary>
    public int Documents => DocumentIds.Count;

    /// <summary>Who.</summary>
    public Contestant By => Outcome.By;

    /// <summary>Length of the documents (synthetic) or most tokens read; 0 means all.</summary>
    public int Tokens => Outcome.Tokens;

    /// <summary>Measures.</summary>
    public RetrievalMetrics Metrics => Outcome.Metrics;

    /// <summary>The task's headline: Acc@1 for synthetic tasks, else nDCG@10.</summary>
    public double Score => (Task.Synthetic ? Metrics.HitRate(1) : Metrics.Ndcg(10)).Value;

    /// <summary>Measures of several draws as one.</summary>
    public static RetrievalMetrics Pool(IEnumerable<LongEmbedResult> results) => new([.. results.SelectMany(r => r.Metrics.Queries)], 0);
}
