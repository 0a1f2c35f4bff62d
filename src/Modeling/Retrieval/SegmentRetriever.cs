using System.Numerics;
using System.Runtime.InteropServices;
using ML.Extensions.Devices;
using ML.Extensions.LongText;

namespace ML.Extensions.Retrieval;

/// <summary>
/// Finds segments for questions in an index. A document stands for itself by the piece that is nearest to the question; pieces are
/// cut by a grid of pieces that no question moves, so that what one question's engine has cached serves the next. Safe for several threads.
/// </summary>
internal sealed class SegmentRetriever : IDisposable
{
    private const int LongestTitle = 160;

    private readonly DocumentEmbedder _embedder;
    private readonly (string Id, IndexEntry Entry)[] _entries;
    private readonly Dictionary<string, int> _places;
    private readonly RetrieverSettings _settings;

    private SegmentRetriever(DocumentEmbedder embedder, DocumentIndex index, RetrieverSettings settings)
    {
        (_embedder, _settings, Fingerprint) = (embedder, settings, index.Fingerprint);
        _entries = [.. index.Entries.Select(e => (e.Key, e.Value)).OrderBy(e => e.Key, StringComparer.Ordinal)];
        _places = _entries.Index().ToDictionary(e => e.Item.Id, e => e.Index, StringComparer.Ordinal);
    }

    /// <summary>Model and options behind the index.</summary>
    public string Fingerprint { get; }

    /// <summary>Reads the index, then opens the model.</summary>
    /// <exception cref="FileNotFoundException">There is no index.</exception>
    /// <exception cref="InvalidDataException">The index is damaged or of another model, or a file of the model is wrong.</exception>
    public static SegmentRetriever Open(string index, EmbeddingModel model, RetrieverSettings settings, ComputeDevice device)
    {
        var read = DocumentIndex.Load(index); // before the model: what is wrong with the file shows at once
        var embedder = new DocumentEmbedder(model, device);
        try
        {
            read.MustBe(embedder.Fingerprint);
            if (read.Entries.FirstOrDefault(e => e.Value.Extended.Length != embedder.Dimensions) is { Key: not null } wrong)
                throw new InvalidDataException($"{index}: damaged: '{wrong.Key}' has a vector of {wrong.Value.Extended.Length} numbers, the model's have {embedder.Dimensions}. Delete it and index again.");
            return new(embedder, read, settings);
        }
        catch
        {
            embedder.Dispose();
            throw;
        }
    }

    /// <summary>Segments for each question; none for an empty one.</summary>
    public IReadOnlyList<RetrievedSegments> Retrieve(IReadOnlyList<string> questions, CancellationToken cancellation = default)
    {
        string[] asked = [.. questions.Where(q => !string.IsNullOrWhiteSpace(q))];
        var vectors = new Queue<float[]>(asked.Length == 0 ? [] : _embedder.EmbedQueries(asked, cancellation));
        return [.. questions.Select(q => string.IsNullOrWhiteSpace(q) ? RetrievedSegments.None : Nearest(vectors.Dequeue()))];
    }

    /// <inheritdoc/>
    public void Dispose() => _embedder.Dispose();

    private RetrievedSegments Nearest(float[] question)
    {
        float[] scores = [.. _entries.Select(e => Dot(question, e.Entry.Extended))];
        int[] ranked = [.. Enumerable.Range(0, scores.Length).OrderByDescending(n => scores[n])]; // stable: equal scores by name
        var count = Math.Min(_settings.Count, ranked.Length);
        var chosen = ranked.Take(Math.Max(1, count - _settings.Linked)).ToList();
        var linked = chosen.SelectMany(Links).Distinct().Except(chosen).OrderByDescending(n => scores[n]).ThenBy(n => n);
        chosen.AddRange(linked.Take(count - chosen.Count).ToArray());
        chosen.AddRange(ranked.Except(chosen).Take(count - chosen.Count).ToArray());
        int[] segments = [.. chosen.OrderBy(n => scores[n]).ThenByDescending(n => n)];
        var numbers = segments.Index().ToDictionary(s => s.Item, s => s.Index);
        var edges = segments.SelectMany((s, target) => Links(s).Where(l => l != s && numbers.ContainsKey(l)).Select(l => (numbers[l], target)));
        return new(
            [.. segments.Select(s => _entries[s].Id)], [.. segments.Select(s => Piece(_entries[s].Entry, question))],
            [.. segments.Select(s => scores[s])], [.. edges.Distinct().Order()]);
    }

    /// <summary>Documents that a document points to, as far as the index has them.</summary>
    private IEnumerable<int> Links(int document) =>
        _entries[document].Entry.Links.Select(l => _places.GetValueOrDefault(l, -1)).Where(n => n >= 0);

    /// <summary>The nearest piece of a document, under its first line if it is not the first piece.</summary>
    private string Piece(IndexEntry entry, float[] question)
    {
        var (text, offsets, width) = (entry.Text, entry.ChunkOffsets, question.Length);
        var chunks = Math.Min(offsets.Length / 2, entry.ChunkVectors.Length / width);
        if (_settings.SegmentTokens is not { } tokens || Math.Max(1, tokens / DocumentEmbedder.ChunkTokens) is var each && chunks <= each)
            return text;
        var best = Enumerable.Range(0, chunks).MaxBy(n => Dot(question, entry.ChunkVectors.AsSpan(n * width, width))) / each;
        var from = best == 0 ? 0 : WordEnd(text, offsets[2 * best * each]);
        var next = (best + 1) * each;
        var to = WordEnd(text, next < chunks ? offsets[2 * next] : offsets[(2 * chunks) - 1]);
        var title = text.AsSpan(0, Math.Max(0, text.IndexOf('\n', StringComparison.Ordinal))).Trim();
        var piece = text[from..Math.Max(from, to)].Trim();
        return best > 0 && title.Length is > 0 and <= LongestTitle ? $"{title}\n{piece}" : piece;
    }

    /// <summary>Cosine similarity of vectors of length 1.</summary>
    private static float Dot(ReadOnlySpan<float> a, ReadOnlySpan<float> b)
    {
        var x = MemoryMarshal.Cast<float, Vector<float>>(a);
        var y = MemoryMarshal.Cast<float, Vector<float>>(b);
        var sums = Vector<float>.Zero;
        for (var i = 0; i < x.Length; i++)
            sums += x[i] * y[i];
        var sum = Vector.Sum(sums);
        for (var i = x.Length * Vector<float>.Count; i < a.Length; i++)
            sum += a[i] * b[i];
        return sum;
    }

    /// <summary>The end of the word that a cut would divide.</summary>
    private static int WordEnd(string text, int at)
    {
        at = Math.Clamp(at, 0, text.Length);
        while (at > 0 && at < text.Length && !char.IsWhiteSpace(text[at]) && !char.IsWhiteSpace(text[at - 1]))
            at++;
        return at;
    }
}
