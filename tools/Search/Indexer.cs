using System.Diagnostics;
using System.Globalization;

namespace ML.Extensions.Search;

/// <summary>Brings an index up to date.</summary>
public static class Indexer
{
    // Enough texts to sort by length, few enough to lose little when stopped.
    private const int BlockDocuments = 128;
    private const long BlockCharacters = 200_000;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);

    /// <summary>Embeds what is new or changed, drops what is gone, saves every few seconds and when stopped.</summary>
    /// <returns>How many documents were embedded.</returns>
    /// <exception cref="OperationCanceledException">Stopped; what is done is kept.</exception>
    public static int Update(
        DocumentIndex index, IReadOnlyList<SearchDocument> documents, Embedder embedder, ProgressLine progress, CancellationToken cancellation)
    {
        var hashes = documents.ToDictionary(d => d.Id, d => DocumentIndex.Hash(d.Text), StringComparer.Ordinal);
        var gone = index.Entries.Keys.Where(id => !hashes.ContainsKey(id)).ToArray();
        foreach (var id in gone)
            index.Entries.Remove(id);
        var changed = documents.Where(d => !index.Entries.TryGetValue(d.Id, out var e) || e.Hash != hashes[d.Id]).ToArray();
        if (changed.Length == 0 && gone.Length == 0)
            return 0;
        var all = changed.Sum(Weight);
        long weight = 0, tokens = 0;
        var done = 0;
        var saved = Stopwatch.StartNew();
        try
        {
            foreach (var block in Blocks(changed))
            {
                cancellation.ThrowIfCancellationRequested();
                tokens += Embed(index, block, embedder, hashes);
                weight += block.Sum(Weight);
                done += block.Count;
                progress.Report((double)weight / all, done, tokens);
                if (saved.Elapsed >= SaveEvery)
                {
                    index.Save();
                    saved.Restart();
                }
            }
        }
        finally
        {
            index.Save();
            progress.End(string.Create(CultureInfo.InvariantCulture,
                $"Indexed {done:N0} of {changed.Length:N0} documents, {tokens:N0} tokens, in {progress.Elapsed.TotalSeconds:F1} s."));
        }

        return done;
    }

    private static long Weight(SearchDocument document) => document.Text.Length + 1;

    private static IEnumerable<IReadOnlyList<SearchDocument>> Blocks(SearchDocument[] documents)
    {
        for (var at = 0; at < documents.Length;)
        {
            var end = at;
            for (long size = 0; end < documents.Length && end - at < BlockDocuments && size < BlockCharacters; end++)
                size += Weight(documents[end]);
            yield return documents[at..end];
            at = end;
        }
    }

    private static long Embed(DocumentIndex index, IReadOnlyList<SearchDocument> block, Embedder embedder, Dictionary<string, string> hashes)
    {
        var whole = embedder.EmbedWhole(block.Select(d => d.Text));
        for (var i = 0; i < block.Count; i++)
        {
            var (id, text) = (block[i].Id, whole[i]);
            index.Entries[id] = new(
                hashes[id], text.Tokens, text.FirstWindow, text.Embedding, text.ChunkVectors, text.ChunkOffsets);
        }

        return whole.Sum(w => (long)w.Tokens);
    }
}
