using AngleSharp.Html.Parser;

namespace LongTextSearch;

/// <summary>The .txt, .md and .html files of a folder.</summary>
internal static class FolderDocuments
{
    private static readonly string[] Extensions = [".txt", ".md", ".html", ".htm"];

    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    /// <exception cref="InvalidDataException">It holds no such file.</exception>
    public static IReadOnlyList<SearchDocument> Read(string folder)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"--folder: '{folder}' is not there.");
        var files = Directory.EnumerateFiles(folder, "*", SearchOption.AllDirectories)
            .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
            throw new InvalidDataException($"--folder: '{folder}' holds no .txt, .md or .html file.");
        var html = new HtmlParser();
        return [.. files.Select(f => new SearchDocument(Path.GetRelativePath(folder, f), Text(f, html)))];
    }

    private static string Text(string file, HtmlParser html)
    {
        var text = File.ReadAllText(file);
        return Path.GetExtension(file).StartsWith(".htm", StringComparison.OrdinalIgnoreCase)
            ? html.ParseDocument(text).Body?.TextContent ?? "" : text;
    }
}
