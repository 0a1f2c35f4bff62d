using System.Numerics.Tensors;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Search;

/// <summary>The passage of a document that matches a query: the nearest piece of it, and in it the stretch with most of the query's words.</summary>
internal static class Passage
{
    private const int Size = 200;
    private const int Step = 20;
    private const int ShortestWord = 4;

    /// <summary>About 200 characters of the text.</summary>
    public static string Of(IndexEntry entry, float[] queryVector, string query)
    {
        var text = entry.Text;
        var (start, end) = (0, text.Length);
        var best = float.NegativeInfinity;
        for (var chunk = 0; chunk < entry.ChunkOffsets.Length / 2; chunk++)
        {
            var score = TensorPrimitives.Dot(queryVector, entry.ChunkVectors.AsSpan(chunk * queryVector.Length, queryVector.Length));
            if (score > best)
                (best, start, end) = (score, entry.ChunkOffsets[2 * chunk], entry.ChunkOffsets[(2 * chunk) + 1]);
        }

        while (start > 0 && !char.IsWhiteSpace(text[start - 1]))
            start--;
        while (end < text.Length && !char.IsWhiteSpace(text[end]))
            end++;
        return Stretch(text[start..end], query);
    }

    /// <summary>The stretch with most of the query's words, from one blank to another.</summary>
    internal static string Stretch(string text, string query)
    {
        text = string.Join(' ', text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (text.Length <= Size)
            return text;
        var words = query.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)
            .Where(w => w.Length >= ShortestWord).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        var from = Enumerable.Range(0, ((text.Length - Size) / Step) + 1).Select(i => i * Step)
            .MaxBy(at => words.Count(w => text.AsSpan(at, Size).Contains(w, StringComparison.OrdinalIgnoreCase)));
        var to = from + Size;
        if (from > 0)
            from = text.IndexOf(' ', from, Size / 2) is var blank and >= 0 ? blank + 1 : from;
        if (to < text.Length)
            to = text.LastIndexOf(' ', to, Size / 2) is var blank and >= 0 ? blank : to;
        return (from > 0 ? "… " : "") + text[from..to] + (to < text.Length ? " …" : "");
    }
}
