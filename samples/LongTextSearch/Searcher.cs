namespace LongTextSearch;

/// <summary>Ranks documents by cosine similarity to a query.</summary>
internal sealed class Searcher(DocumentIndex index, IReadOnlyDictionary<string, string> texts, Embedder embedder)
{
    /// <summary>The best documents by their first 512 tokens, and by their whole text.</summary>
    public (IReadOnlyList<SearchHit> Own, IReadOnlyList<SearchHit> Extended) Search(string query, int top)
    {
        var vector = embedder.EmbedQuery(query);
        var own = Rank(vector, e => e.Own, top);
        var extended = Rank(vector, e => e.Extended, top);
        var passages = own.Concat(extended).Select(h => h.Id).Distinct()
            .SelectMany(id => Passages.Likely(texts[id], query).Select(p => (Id: id, Passage: p))).ToArray();
        var vectors = embedder.EmbedOwn(passages.Select(p => p.Passage));
        var best = passages.Zip(vectors, (p, v) => (p.Id, p.Passage, Score: Dot(vector, v.Embedding)))
            .GroupBy(p => p.Id).ToDictionary(g => g.Key, g => g.MaxBy(p => p.Score).Passage);
        SearchHit With(SearchHit hit) => hit with { Passage = best.GetValueOrDefault(hit.Id, "") };
        return ([.. own.Select(With)], [.. extended.Select(With)]);
    }

    private List<SearchHit> Rank(float[] query, Func<IndexEntry, float[]> vector, int top) =>
        [.. index.Entries.Select(e => new SearchHit(e.Key, Dot(query, vector(e.Value)), e.Value.Tokens, ""))
            .OrderByDescending(h => h.Score).Take(top)];

    private static float Dot(float[] a, float[] b)
    {
        var sum = 0f;
        for (var i = 0; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }
}
