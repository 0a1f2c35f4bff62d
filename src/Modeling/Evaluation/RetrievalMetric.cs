namespace ML.Extensions.Evaluation;

/// <summary>Measures of a ranking, each over the first k places, as trec_eval defines them.</summary>
/// <remarks>A document is relevant if its gain is above 0. A query without relevant documents has 0 in every measure.</remarks>
public enum RetrievalMetric
{
    /// <summary>
    /// nDCG@k: Σ gain / log2(rank + 1) over the first k places, by the same sum of the best possible ranking of all judged
    /// documents (trec_eval's <c>ndcg_cut</c>).
    /// </summary>
    Ndcg,

    /// <summary>Recall@k: relevant documents among the first k, by all relevant documents (trec_eval's <c>recall</c>).</summary>
    Recall,

    /// <summary>Precision@k: relevant documents among the first k, by k (trec_eval's <c>P</c>).</summary>
    Precision,

    /// <summary>Hit rate@k: 1 if a relevant document is among the first k (trec_eval's <c>success</c>); accuracy for k = 1.</summary>
    HitRate,

    /// <summary>Reciprocal rank@k: 1 / rank of the first relevant document, 0 if it is not among the first k. Its mean is MRR@k.</summary>
    ReciprocalRank,

    /// <summary>
    /// Average precision@k: Σ precision at each relevant document among the first k, by all relevant documents (trec_eval's
    /// <c>map_cut</c>). Its mean is MAP@k.
    /// </summary>
    AveragePrecision,
}
