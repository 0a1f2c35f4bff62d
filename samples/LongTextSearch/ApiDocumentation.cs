using System.Text;
using System.Xml.Linq;

namespace LongTextSearch;

/// <summary>The XML API documentation of the SDK's reference packs: one document a type.</summary>
internal static class ApiDocumentation
{
    // About 300,000 words.
    private static readonly string[] Default =
    [
        "System.Security.Cryptography", "System.Text.Json", "System.Net.Http", "System.IO.Compression", "System.Text.RegularExpressions",
        "System.Net.Sockets", "System.Threading.Channels", "System.Diagnostics.Process", "System.IO.Pipelines", "System.Collections.Immutable", "System.Collections",
    ];

    /// <summary>Reads the documents.</summary>
    /// <param name="all">Every assembly of the pack instead of the default ones.</param>
    /// <exception cref="DirectoryNotFoundException">There is no reference pack beside the runtime.</exception>
    public static IReadOnlyList<SearchDocument> Read(bool all)
    {
        var texts = new Dictionary<string, StringBuilder>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Folder(), "*.xml").Order(StringComparer.Ordinal))
        {
            if (all || Default.Contains(Path.GetFileNameWithoutExtension(file)))
                AddFile(file, texts);
        }

        return [.. texts.OrderBy(t => t.Key, StringComparer.Ordinal).Select(t => new SearchDocument(t.Key, t.Value.ToString()))];
    }

    private static string Folder()
    {
        for (var at = Path.GetDirectoryName(typeof(object).Assembly.Location); at is not null; at = Path.GetDirectoryName(at))
        {
            var pack = Path.Combine(at, "packs", "Microsoft.NETCore.App.Ref");
            if (!Directory.Exists(pack))
                continue;
            var newest = Directory.EnumerateDirectories(pack)
                .OrderBy(d => Version.TryParse(Path.GetFileName(d).Split('-')[0], out var v) ? v : new(0, 0)).LastOrDefault();
            var reference = newest is null ? null : Directory.EnumerateDirectories(Path.Combine(newest, "ref")).LastOrDefault();
            if (reference is not null)
                return reference;
        }

        throw new DirectoryNotFoundException("No packs/Microsoft.NETCore.App.Ref beside the .NET runtime. Install the .NET SDK, or search your own files with --folder DIR.");
    }

    private static void AddFile(string file, Dictionary<string, StringBuilder> texts)
    {
        foreach (var member in XDocument.Load(file).Descendants("member"))
        {
            var name = (string?)member.Attribute("name") ?? "";
            if (name.Length < 3)
                continue;
            var path = name[2..].Split('(')[0];
            var type = name[0] == 'T' ? path : path[..Math.Max(0, path.LastIndexOf('.'))];
            if (!texts.TryGetValue(type, out var text))
                texts[type] = text = new StringBuilder(type).Append('\n');
            if (name[0] != 'T')
                text.Append('\n').Append(path[(path.LastIndexOf('.') + 1)..]).Append(": ");
            foreach (var part in member.Elements())
                Append(part, text);
        }
    }

    private static void Append(XElement part, StringBuilder text)
    {
        var name = (string?)part.Attribute("name");
        var content = string.Join(' ', Plain(part).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        if (content.Length > 0)
            text.Append(name is null ? "" : name + ": ").Append(content).Append('\n');
    }

    private static string Plain(XElement element) => string.Concat(element.Nodes().Select(n => n switch
    {
        XText t => t.Value,
        XElement e when (e.Attribute("cref") ?? e.Attribute("langword") ?? e.Attribute("name")) is { } link && e.IsEmpty => ShortName(link.Value),
        XElement e => " " + Plain(e) + " ",
        _ => "",
    }));

    private static string ShortName(string cref)
    {
        var path = cref.Split('(')[0];
        return path[(path.LastIndexOf('.') + 1)..].Split('`')[0];
    }
}
