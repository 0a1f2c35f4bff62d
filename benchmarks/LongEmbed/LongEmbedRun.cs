using System.Diagnostics;

namespace ML.Extensions.Benchmarks;

/// <summary>Measures tasks; knows neither arguments nor output.</summary>
internal static class LongEmbedRun
{
    /// <summary>Every strategy, length and draw of one task, strategies innermost.</summary>
    /// <param name="encoder">The model.</param>
    /// <param name="task">The task.</param>
    /// <param name="sources">Texts.</param>
    /// <param name="strategies">Names of strategies, or bm25.</param>
    /// <param name="lengths">Lengths of documents for synthetic tasks, else most tokens read.</param>
    /// <param name="draws">Draws of synthetic tasks.</param>
    public static IEnumerable<LongEmbedResult> Measure(
        ILongEmbedEncoder encoder,
        LongEmbedTask task,
        LongEmbedSources sources,
        IReadOnlyList<string> strategies,
        IReadOnlyList<int> lengths,
        IReadOnlyList<LongEmbedDraw> draws)
    {
        if (task.Synthetic)
        {
            foreach (var tokens in lengths)
            {
                foreach (var draw in draws)
                {
                    var made = task.Load(sources, tokens, draw);
                    foreach (var result in OfSet(encoder, task, made, strategies, _ => [tokens], draw))
                        yield return result;
                }
            }

            yield break;
        }

        // Cutting at the window, and BM25, do not depend on the limit.
        var set = task.Load(sources, 0, draws[0]);
        foreach (var result in OfSet(encoder, task, set, strategies, s => s switch { "none" => [512], "bm25" => [0], _ => lengths }, null))
            yield return result;
    }

    private static IEnumerable<LongEmbedResult> OfSet(
        ILongEmbedEncoder encoder, LongEmbedTask task, RetrievalSet set, IReadOnlyList<string> strategies, Func<string, IReadOnlyList<int>> limits, LongEmbedDraw? draw)
    {
        var queries = strategies.Any(s => s != "bm25") ? encoder.Queries(set.Queries) : [];
        foreach (var name in strategies)
        {
            foreach (var tokens in limits(name))
            {
                var watch = Stopwatch.StartNew();
                if (name == "bm25")
                {
                    var index = new Bm25(set.Documents);
                    var lexical = RetrievalRun.OfScores(set, q => index.Score(set.Queries[q]));
                    yield return new(task, "-", name, tokens, draw, set.Documents.Count, lexical, watch.Elapsed.TotalSeconds);
                    continue;
                }

                // Words are counted, not tokens: twice the length leaves nothing out.
                var vectors = encoder.Documents(EmbeddingStrategy.Parse(name), task.Synthetic ? 2 * tokens : tokens, set.Documents);
                var metrics = RetrievalRun.OfVectors(set, queries, vectors);
                yield return new(task, encoder.Name, name, tokens, draw, set.Documents.Count, metrics, watch.Elapsed.TotalSeconds);
            }
        }
    }
}
