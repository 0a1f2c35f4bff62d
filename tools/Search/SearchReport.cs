using System.Globalization;
using System.Text;

namespace ML.Extensions.Search;

/// <summary>Two rankings side by side.</summary>
public static class SearchReport
{
    private const string Gap = " │ ";

    /// <summary>Writes the rankings in two columns.</summary>
    /// <param name="output">Where to.</param>
    /// <param name="left">Title and hits of the left column.</param>
    /// <param name="right">Title and hits of the right column.</param>
    /// <param name="width">Characters of a line.</param>
    public static void Write(
        TextWriter output, (string Title, IReadOnlyList<SearchHit> Hits) left, (string Title, IReadOnlyList<SearchHit> Hits) right, int width)
    {
        var column = Math.Max(30, (width - Gap.Length) / 2);
        Row(output, [left.Title], [right.Title], column);
        output.WriteLine(new string('─', column) + "─┼─" + new string('─', column));
        for (var i = 0; i < Math.Max(left.Hits.Count, right.Hits.Count); i++)
            Row(output, Hit(left.Hits, right.Hits, i, column), Hit(right.Hits, left.Hits, i, column), column);
    }

    /// <summary>Lines of at most so many characters, broken at blanks.</summary>
    internal static IEnumerable<string> Wrap(string text, int width)
    {
        var line = new StringBuilder();
        foreach (var word in text.Split(' ').SelectMany(w => w.Chunk(width).Select(c => new string(c))))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line.ToString();
                line.Clear();
            }

            line.Append(line.Length > 0 ? " " : "").Append(word);
        }

        if (line.Length > 0)
            yield return line.ToString();
    }

    // "*" marks what only this side found.
    private static string[] Hit(IReadOnlyList<SearchHit> hits, IReadOnlyList<SearchHit> others, int i, int width)
    {
        if (i >= hits.Count)
            return [];
        var hit = hits[i];
        var mark = others.Any(o => o.Id == hit.Id) ? " " : "*";
        var head = string.Create(CultureInfo.InvariantCulture, $"{i + 1,2}.{mark}{hit.Score:F3} {hit.Id} ({hit.Tokens:N0} tokens)");
        return [.. Wrap(head, width), .. Wrap(hit.Passage, width - 4).Select(l => "    " + l), ""];
    }

    private static void Row(TextWriter output, string[] left, string[] right, int width)
    {
        for (var i = 0; i < Math.Max(left.Length, right.Length); i++)
            output.WriteLine(((left.ElementAtOrDefault(i) ?? "").PadRight(width) + Gap + (right.ElementAtOrDefault(i) ?? "")).TrimEnd());
    }
}
