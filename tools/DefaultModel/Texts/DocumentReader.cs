using System.Text;
using System.Text.Json;
using ML.Extensions.Retrieval;
using ML.Extensions.Search;

namespace ML.Extensions.DefaultModel.Texts;

/// <summary>Reads a package's files as documents. Blocks of a document are parted by blank lines; a block's first line may be its heading.</summary>
internal static class DocumentReader
{
    private const int WordsPerDocument = 50;

    /// <summary>The documents of a folder.</summary>
    /// <exception cref="InvalidDataException">It holds no text.</exception>
    public static IReadOnlyList<IndexedDocument> Read(TextFormat format, string folder) => format switch
    {
        TextFormat.ApiXml => ApiDocumentation.Read(DocumentationFiles(folder)),
        TextFormat.Pages => FolderDocuments.Read(folder, _ => { }),
        TextFormat.Plain => [.. Files(folder, "*.txt").Select(f => new IndexedDocument(Path.GetRelativePath(folder, f), File.ReadAllText(f).ReplaceLineEndings("\n")))],
        TextFormat.WordNet => WordNet(folder),
        TextFormat.JsonProse => [.. Files(folder, "*.json").Select(f => new IndexedDocument(Path.GetRelativePath(folder, f), Prose(f)))],
        _ => throw new ArgumentOutOfRangeException(nameof(format), format, "Unknown format."),
    };

    private static IEnumerable<string> Files(string folder, string pattern) =>
        Directory.EnumerateFiles(folder, pattern, SearchOption.AllDirectories).Order(StringComparer.Ordinal);

    /// <summary>One folder of XML files that stand beside assemblies: the newest framework's.</summary>
    private static IEnumerable<string> DocumentationFiles(string folder) => Files(folder, "*.xml")
        .Where(f => File.Exists(Path.ChangeExtension(f, ".dll")))
        .GroupBy(f => Path.GetFileName(f)).Select(g => g.OrderByDescending(Framework).ThenBy(f => f, StringComparer.Ordinal).First());

    private static int Framework(string file)
    {
        var name = Path.GetFileName(Path.GetDirectoryName(file)!);
        return name.StartsWith("netstandard", StringComparison.Ordinal) ? 1
            : name.StartsWith("net", StringComparison.Ordinal) && double.TryParse(name.AsSpan(3), System.Globalization.CultureInfo.InvariantCulture, out var v) ? (int)(v * 10) : 0;
    }

    /// <summary>Words and their glosses. Format: wndb(5).</summary>
    private static List<IndexedDocument> WordNet(string folder)
    {
        var documents = new List<IndexedDocument>();
        foreach (var file in Files(folder, "data.*"))
        {
            foreach (var lines in File.ReadLines(file).Where(l => l.Length > 0 && l[0] != ' ').Chunk(WordsPerDocument))
                documents.Add(new($"{Path.GetFileName(file)}/{lines[0][..8]}", string.Join("\n", lines.Select(Gloss))));
        }

        return documents;
    }

    private static string Gloss(string line)
    {
        var fields = line.Split(' ');
        var words = Enumerable.Range(0, Convert.ToInt32(fields[3], 16)).Select(i => fields[4 + (2 * i)].Replace('_', ' ').Split('(')[0]);
        return $"{string.Join(", ", words)}\n{line[(line.IndexOf('|', StringComparison.Ordinal) + 1)..].Trim()}\n";
    }

    private static string Prose(string file)
    {
        using var json = JsonDocument.Parse(File.ReadAllText(file));
        var text = new StringBuilder();
        Write(json.RootElement, "", text);
        return text.ToString();
    }

    private static void Write(JsonElement element, string heading, StringBuilder text)
    {
        if (element.ValueKind == JsonValueKind.String && element.GetString() is { Length: > 0 } value)
            text.Append(heading).Append('\n').Append(value.ReplaceLineEndings(" ")).Append("\n\n");
        if (element.ValueKind != JsonValueKind.Object)
            return;
        foreach (var part in element.EnumerateObject())
            Write(part.Value, part.Name == "text" ? heading : part.Name, text);
    }
}
