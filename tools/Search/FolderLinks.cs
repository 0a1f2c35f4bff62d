using System.Text.RegularExpressions;

namespace ML.Extensions.Search;

/// <summary>Links of a Markdown or HTML file to other files of its folder.</summary>
internal static partial class FolderLinks
{
    /// <summary>Paths from the folder, as far as they stay inside it; the files need not be there.</summary>
    /// <param name="id">The file's own path from the folder, with slashes.</param>
    /// <param name="source">The file as it is on disk.</param>
    public static IEnumerable<string> Of(string id, string source) => Targets().Matches(source)
        .Select(m => Resolve(id, m.Groups["to"].Value)).OfType<string>().Where(t => t != id).Distinct().Order(StringComparer.Ordinal);

    private static string? Resolve(string id, string link)
    {
        var path = Uri.UnescapeDataString(link.Split('#', '?')[0]);
        if (path.Length == 0 || path.StartsWith('/') || path.Contains("://", StringComparison.Ordinal) || path.StartsWith("mailto:", StringComparison.OrdinalIgnoreCase))
            return null;
        var parts = new Stack<string>(id.Split('/')[..^1]);
        foreach (var part in path.Split('/', '\\'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                parts.Push(part);
            else if (!parts.TryPop(out _))
                return null;
        }

        return string.Join('/', parts.Reverse());
    }

    [GeneratedRegex("""\]\(\s*<?(?<to>[^)\s>"]+)|\bhref\s*=\s*["'](?<to>[^"']+)["']""", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Targets();
}
