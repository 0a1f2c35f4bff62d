using System.Numerics.Tensors;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Search;

/// <summary>Ranks documents by cosine similarity to a query.</summary>
public sealed class Searcher(DocumentIndex index, DocumentEmbedder embedder)
{
    /// <summary>The best documents, best first: by the model's own window of them, and by their whole text.</summary>
    public (IReadOnlyList<SearchHit> Own, IReadOnlyList<SearchHit> Extended) Search(string query, int top)
    {
        var vector = embedder.EmbedQuery(query);
        return (Rank(query, vector, e => e.Own, top), Rank(query, vector, e => e.Extended, top));
    }

    private SearchHit[] Rank(string query, float[] vector, Func<IndexEntry, float[]> of, int top) =>
    [
        .. index.Entries
            .Select(e => (Id: e.Key, Entry: e.Value, Score: TensorPrimitives.Dot(vector, of(e.Value))))
            .OrderByDescending(h => h.Score).ThenBy(h => h.Id, StringComparer.Ordinal).Take(top)
            .Select(h => new SearchHit(h.Id, h.Score, h.Entry.Tokens, Passage.Of(h.Entry, vector, query))),
    ];
}
