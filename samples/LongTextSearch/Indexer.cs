using System.Diagnostics;
using System.Globalization;

namespace LongTextSearch;

/// <summary>Brings an index up to date.</summary>
internal static class Indexer
{
    private const int Block = 48;
    private const int Window = 512;
    private static readonly TimeSpan SaveEvery = TimeSpan.FromSeconds(10);

    /// <summary>Embeds what is new or changed, drops what is gone, saves every few seconds.</summary>
    public static void Update(
        DocumentIndex index, IReadOnlyList<SearchDocument> documents, Embedder embedder, TextWriter progress, CancellationToken cancellation)
    {
        var hashes = documents.ToDictionary(d => d.Id, d => DocumentIndex.Hash(d.Text));
        foreach (var gone in index.Entries.Keys.Where(id => !hashes.ContainsKey(id)).ToArray())
            index.Entries.Remove(gone);
        var changed = documents.Where(d => !index.Entries.TryGetValue(d.Id, out var e) || e.Hash != hashes[d.Id]).ToArray();
        if (changed.Length == 0)
            return;
        var characters = changed.Sum(d => (long)d.Text.Length);
        long done = 0, tokens = 0;
        var clock = Stopwatch.StartNew();
        var saved = Stopwatch.StartNew();
        try
        {
            foreach (var block in changed.Chunk(Block))
            {
                cancellation.ThrowIfCancellationRequested();
                tokens += Embed(index, block, embedder, hashes);
                done += block.Sum(d => (long)d.Text.Length);
                var left = clock.Elapsed * ((double)(characters - done) / done);
                Report(progress, (double)done / characters, tokens / clock.Elapsed.TotalSeconds, left);
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
            progress.WriteLine();
        }

        progress.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"Indexed {changed.Length:N0} documents, {tokens:N0} tokens in {clock.Elapsed.TotalSeconds:F1} s."));
    }

    private static long Embed(DocumentIndex index, SearchDocument[] block, Embedder embedder, Dictionary<string, string> hashes)
    {
        var whole = embedder.EmbedWhole(block.Select(d => d.Text));
        var longer = Enumerable.Range(0, block.Length).Where(i => whole[i].Tokens > Window).ToArray();
        var own = embedder.EmbedOwn(longer.Select(i => block[i].Text));
        for (int i = 0, l = 0; i < block.Length; i++)
        {
            var first = l < longer.Length && longer[l] == i ? own[l++].Embedding : whole[i].Embedding;
            index.Entries[block[i].Id] = new(hashes[block[i].Id], first, whole[i].Embedding, whole[i].Tokens);
        }

        return whole.Sum(w => (long)w.Tokens);
    }

    private static void Report(TextWriter progress, double share, double speed, TimeSpan left)
    {
        var bar = new string('#', (int)(share * 30)).PadRight(30, '.');
        progress.Write(string.Create(CultureInfo.InvariantCulture,
            $"{(Console.IsErrorRedirected ? "" : "\r")}[{bar}] {share:P0}, {speed:N0} tokens a second, {left:m\\:ss} left   {(Console.IsErrorRedirected ? "\n" : "")}"));
    }
}
