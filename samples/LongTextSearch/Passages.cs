namespace LongTextSearch;

/// <summary>Finds the passage of a document that matches a query: by words first, then by embedding.</summary>
internal static class Passages
{
    private const int Size = 360;
    private const int Candidates = 2;

    /// <summary>The likeliest passages of a text, by the query's words in them.</summary>
    public static IReadOnlyList<string> Likely(string text, string query)
    {
        var words = query.Split(' ', StringSplitOptions.RemoveEmptyEntries).Where(w => w.Length > 3).Distinct(StringComparer.OrdinalIgnoreCase).ToArray();
        return [.. Split(text).OrderByDescending(p => words.Count(w => p.Contains(w, StringComparison.OrdinalIgnoreCase))).Take(Candidates)];
    }

    private static IEnumerable<string> Split(string text)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = Math.Min(text.Length, at + Size);
            var stop = end < text.Length ? text.LastIndexOfAny(['\n', '.', ' '], end - 1, end - at) : end - 1;
            end = Math.Max(at + 1, stop + 1);
            var passage = text[at..end].Trim();
            if (passage.Length > 0)
                yield return passage;
            at = end;
        }
    }
}
