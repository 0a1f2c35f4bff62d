using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>Measures of a set by the product's own evaluation.</summary>
internal static class RetrievalRun
{
    /// <summary>Places kept: the largest k of any measure here.</summary>
    private const int Depth = 100;

    /// <summary>Ranks by cosine.</summary>
    public static RetrievalMetrics OfVectors(RetrievalSet set, float[][] queries, float[][] documents)
    {
        var evaluator = new RetrievalEvaluator(set.QueryIds.Zip(queries, (id, v) => new EmbeddingRow(id, v)), new() { Depth = Depth });
        foreach (var (id, vector) in set.DocumentIds.Zip(documents))
            evaluator.Add(new(id, vector));
        return evaluator.Finish(set.Judgements());
    }

    /// <summary>Ranks by scores: one for each document, given a query's place.</summary>
    public static RetrievalMetrics OfScores(RetrievalSet set, Func<int, double[]> score)
    {
        var judgements = set.Judgements();
        return new(
            [
                .. set.QueryIds.Select((id, q) =>
                {
                    var top = new TopDocuments(Depth);
                    foreach (var (document, value) in set.DocumentIds.Zip(score(q)))
                        top.Offer(document, value);
                    return new QueryRanking(id, top.Take(), judgements.Of(id), set.DocumentIds.Count <= Depth);
                }),
            ],
            0);
    }
}
