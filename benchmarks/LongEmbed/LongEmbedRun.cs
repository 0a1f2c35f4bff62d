namespace ML.Extensions.Benchmarks;

/// <summary>Measures tasks; knows neither arguments nor output.</summary>
internal static class LongEmbedRun
{
    /// <summary>Every strategy, length and draw of one task, strategies innermost.</summary>
    /// <param name="task">The task.</param>
    /// <param name="sources">Texts.</param>
    /// <param name="contestants">Models under strategies.</param>
    /// <param name="lengths">Lengths of documents for synthetic tasks, else most tokens read.</param>
    /// <param name="draws">Draws of synthetic tasks.</param>
    /// <param name="before">What an ended run has measured; null measures all.</param>
    public static IEnumerable<LongEmbedResult> Measure(
        LongEmbedTask task, LongEmbedSources sources, IReadOnlyList<Contestant> contestants, IReadOnlyList<int> lengths, IReadOnlyList<LongEmbedDraw> draws,
        LongEmbedCsv? before = null)
    {
        if (!task.Synthetic)
        {
            var set = task.Load(sources, 0, draws[0]);
            foreach (var outcome in RetrievalRun.Measure(set, contestants, c => c.Limits(lengths), known: (c, tokens) => before?.Find(task.Name, c, tokens, null, set)))
                yield return new(task, outcome, null, set.DocumentIds);
            yield break;
        }

        foreach (var tokens in lengths)
        {
            foreach (var draw in draws)
            {
                // Words are counted, not tokens: twice the length leaves nothing out.
                var set = task.Load(sources, tokens, draw);
                foreach (var outcome in RetrievalRun.Measure(set, contestants, _ => [tokens], factor: 2, (c, t) => before?.Find(task.Name, c, t, draw, set)))
                    yield return new(task, outcome, draw, set.DocumentIds);
            }
        }
    }
}
