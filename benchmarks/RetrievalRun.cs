using System.Diagnostics;
using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>Measures of a set by the product's own evaluation.</summary>
internal static class RetrievalRun
{
    /// <summary>Places kept: the largest k of any measure here.</summary>
    public const int Depth = 100;

    /// <summary>Every contestant at every limit; each model embeds the queries once.</summary>
    /// <param name="set">Documents and queries.</param>
    /// <param name="contestants">Who takes part.</param>
    /// <param name="limits">Limits of a contestant, as they are reported.</param>
    /// <param name="factor">Times a limit: the tokens that are really read.</param>
    /// <param name="known">A measurement that was made before, or null.</param>
    public static IEnumerable<RetrievalOutcome> Measure(
        RetrievalSet set, IReadOnlyList<Contestant> contestants, Func<Contestant, IReadOnlyList<int>> limits, int factor = 1, Func<Contestant, int, RetrievalOutcome?>? known = null)
    {
        var queries = new Dictionary<string, float[][]>(StringComparer.Ordinal);
        foreach (var by in contestants)
        {
            foreach (var tokens in limits(by))
            {
                if (known?.Invoke(by, tokens) is { } before)
                {
                    yield return before;
                    continue;
                }

                if (by.Encoder is { } model && !queries.ContainsKey(model.Name))
                    queries[model.Name] = model.Queries(set.Queries);
                var watch = Stopwatch.StartNew();
                var metrics = by.Encoder is { } encoder
                    ? OfVectors(set, queries[encoder.Name], encoder.Documents(EmbeddingStrategy.Parse(by.Strategy), factor * tokens, set.Documents))
                    : OfBm25(set);
                yield return new(by, tokens, metrics, watch.Elapsed.TotalSeconds);
            }
        }
    }

    /// <summary>Ranks by cosine.</summary>
    public static RetrievalMetrics OfVectors(RetrievalSet set, float[][] queries, float[][] documents)
    {
        var evaluator = new RetrievalEvaluator(set.QueryIds.Zip(queries, (id, v) => new EmbeddingRow(id, v)), new() { Depth = Depth });
        foreach (var (id, vector) in set.DocumentIds.Zip(documents))
            evaluator.Add(new(id, vector));
        return evaluator.Finish(set.Judgements());
    }

    /// <summary>Ranks by BM25.</summary>
    public static RetrievalMetrics OfBm25(RetrievalSet set)
    {
        var index = new Bm25(set.Documents);
        var judgements = set.Judgements();
        return new(
            [
                .. set.QueryIds.Zip(set.Queries, (id, query) =>
                {
                    var top = new TopDocuments(Depth);
                    foreach (var (document, value) in set.DocumentIds.Zip(index.Score(query)))
                        top.Offer(document, value);
                    return new QueryRanking(id, top.Take(), judgements.Of(id), set.DocumentIds.Count <= Depth);
                }),
            ],
            0);
    }
}
