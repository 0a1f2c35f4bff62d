using System.Text.RegularExpressions;

namespace ML.Extensions.AnsweringModel.Vocabulary;

/// <summary>
/// How text is cut before BPE. A name has the same tokens at a line's start, behind a blank and inside a longer name: it is cut at each
/// capital letter, and a capital takes no blank with it. Lower-case words do. Digits and marks stand alone.
/// </summary>
internal static partial class Words
{
    /// <summary>The expression, in .NET's and Oniguruma's syntax.</summary>
    public const string Pattern = @" ?[\p{Ll}\p{Lt}\p{Lm}\p{Lo}]+|\p{Lu}+(?!\p{Ll})|\p{Lu}\p{Ll}*|\p{N}| ?[^\s\p{L}\p{N}]|\s";

    /// <summary>Words of texts, and how often each stands there.</summary>
    public static Dictionary<string, long> Count(IEnumerable<string> texts)
    {
        var counts = new Dictionary<string, long>(StringComparer.Ordinal);
        var spans = counts.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var text in texts)
            foreach (var match in Expression().EnumerateMatches(text))
            {
                var word = text.AsSpan(match.Index, match.Length);
                spans[word] = spans.TryGetValue(word, out var count) ? count + 1 : 1;
            }

        return counts;
    }

    [GeneratedRegex(Pattern, RegexOptions.CultureInvariant)]
    private static partial Regex Expression();
}
