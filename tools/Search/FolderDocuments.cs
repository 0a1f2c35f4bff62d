using AngleSharp.Html.Parser;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Search;

/// <summary>The .txt, .md and .html files of a folder, with its subfolders.</summary>
public static class FolderDocuments
{
    private static readonly string[] Extensions = [".txt", ".md", ".html", ".htm"];

    /// <summary>Reads the files; ids are paths from the folder, links those of Markdown and HTML to others of the files. Empty files, and files that hold zero bytes and so are no text, are left out.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="leftOut">Takes a line about each file that is left out.</param>
    /// <exception cref="DirectoryNotFoundException">The folder is not there.</exception>
    /// <exception cref="InvalidDataException">It holds no such file with a text.</exception>
    public static IReadOnlyList<IndexedDocument> Read(string folder, Action<string> leftOut)
    {
        if (!Directory.Exists(folder))
            throw new DirectoryNotFoundException($"The folder '{folder}' is not there.");
        var files = Directory.EnumerateFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true })
            .Where(f => Extensions.Contains(Path.GetExtension(f).ToLowerInvariant())).Order(StringComparer.Ordinal).ToArray();
        if (files.Length == 0)
            throw new InvalidDataException($"The folder '{folder}' holds no .txt, .md or .html file.");
        var documents = new List<IndexedDocument>();
        foreach (var file in files)
        {
            var (id, source) = (Path.GetRelativePath(folder, file).Replace('\\', '/'), File.ReadAllText(file));
            var text = Path.GetExtension(file).StartsWith(".htm", StringComparison.OrdinalIgnoreCase) ? PlainHtml(source) : source;
            if (string.IsNullOrWhiteSpace(text))
                leftOut($"{id} is left out: it is empty.");
            else if (text.Contains('\0', StringComparison.Ordinal))
                leftOut($"{id} is left out: it is no text, it holds zero bytes.");
            else
                documents.Add(new(id, text) { Links = Path.GetExtension(file).Equals(".txt", StringComparison.OrdinalIgnoreCase) ? [] : [.. FolderLinks.Of(id, source)] });
        }

        return documents.Count > 0 ? documents : throw new InvalidDataException($"The folder '{folder}' holds no .txt, .md or .html file with a text.");
    }

    private static string PlainHtml(string html)
    {
        using var document = new HtmlParser().ParseDocument(html);
        foreach (var hidden in document.QuerySelectorAll("script, style, template, noscript, nav").ToArray())
            hidden.Remove();
        var body = document.Body?.TextContent ?? "";
        var lines = body.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return string.Join('\n', string.IsNullOrWhiteSpace(document.Title) ? lines : lines.Prepend(document.Title));
    }
}
