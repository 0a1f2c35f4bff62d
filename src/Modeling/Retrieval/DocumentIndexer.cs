using System.Diagnostics;
using ML.Extensions.LongText;

namespace ML.Extensions.Retrieval;

/// <summary>Brings an index up to date.</summary>
public static class DocumentIndexer
{
    // Enough texts to sort by length, few enough to lose little when stopped.
    private const int BlockDocuments = 128;
    private const long BlockCharacters = 200_000;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);

    /// <summary>Makes an index, or brings the one of the same model that is there up to date.</summary>
    /// <param name="path">File of the index.</param>
    /// <param name="documents">The whole corpus; what is not among them leaves the index.</param>
    /// <param name="model">Embeds texts; questions have to be embedded by the same.</param>
    /// <returns>How many documents were new or changed.</returns>
    /// <exception cref="ArgumentException">Two documents have one name.</exception>
    /// <exception cref="IOException">The file cannot be written.</exception>
    public static int Update(string path, IReadOnlyList<IndexedDocument> documents, EmbeddingModel model)
    {
        ArgumentException.ThrowIfNullOrWhiteSpace(path);
        using var embedder = new DocumentEmbedder(model);
        return Update(DocumentIndex.Open(path, embedder.Fingerprint), documents, embedder, null, CancellationToken.None);
    }

    /// <summary>Embeds what is new or changed, drops what is gone, saves every few seconds and when stopped.</summary>
    /// <param name="index">The index.</param>
    /// <param name="documents">The whole corpus.</param>
    /// <param name="embedder">The embedder that the index was opened for.</param>
    /// <param name="progress">Called after each block of documents; null is nobody.</param>
    /// <param name="cancellation">Looked at between two batches.</param>
    /// <returns>How many documents were embedded.</returns>
    /// <exception cref="ArgumentException">Two documents have one name.</exception>
    /// <exception cref="OperationCanceledException">Stopped; what is done is kept.</exception>
    public static int Update(
        DocumentIndex index, IReadOnlyList<IndexedDocument> documents, DocumentEmbedder embedder, Action<IndexProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(documents);
        ArgumentNullException.ThrowIfNull(embedder);
        if (documents.GroupBy(d => d.Id, StringComparer.Ordinal).FirstOrDefault(g => g.Count() > 1) is { } twice)
            throw new ArgumentException($"{twice.Count()} documents are named '{twice.Key}'. Each needs a name of its own.", nameof(documents));
        var dirty = DropAndRelink(index, documents);
        var changed = documents.Where(d => !index.Entries.ContainsKey(d.Id)).ToArray();
        if (changed.Length == 0 && !dirty)
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
                var entries = embedder.EmbedDocuments(block, cancellation);
                foreach (var (document, entry) in block.Zip(entries))
                    index.Entries[document.Id] = entry;
                tokens += entries.Sum(e => (long)e.Tokens);
                weight += block.Sum(Weight);
                done += block.Count;
                progress?.Invoke(new((double)weight / all, done, changed.Length, tokens, Ended: false));
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
            progress?.Invoke(new(all == 0 ? 1 : (double)weight / all, done, changed.Length, tokens, Ended: true));
        }

        return done;
    }

    /// <summary>Drops what is gone or has another text, and takes over links that changed alone. Returns whether anything did.</summary>
    private static bool DropAndRelink(DocumentIndex index, IReadOnlyList<IndexedDocument> documents)
    {
        var dirty = false;
        var given = documents.ToDictionary(d => d.Id, StringComparer.Ordinal);
        foreach (var (id, entry) in index.Entries.ToArray())
        {
            if (!given.TryGetValue(id, out var document) || document.Text != entry.Text)
                dirty |= index.Entries.Remove(id);
            else if (!document.Links.SequenceEqual(entry.Links, StringComparer.Ordinal))
                (index.Entries[id], dirty) = (entry with { Links = document.Links }, true);
        }

        return dirty;
    }

    private static long Weight(IndexedDocument document) => document.Text.Length + 1;

    private static IEnumerable<IReadOnlyList<IndexedDocument>> Blocks(IndexedDocument[] documents)
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
}
