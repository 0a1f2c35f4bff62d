using System.Text;
using System.Xml;
using System.Xml.Linq;
using ML.Extensions.Retrieval;

namespace ML.Extensions.Search;

/// <summary>XML API documentation as plain text: one document a type, its members in it.</summary>
public static class ApiDocumentation
{
    // About 300,000 words of documents.
    private static readonly string[] DefaultAssemblies =
    [
        "System.Security.Cryptography", "System.Text.Json", "System.Net.Http", "System.IO.Compression", "System.Text.RegularExpressions",
        "System.Net.Sockets", "System.Threading.Channels", "System.Diagnostics.Process", "System.IO.Pipelines", "System.Collections",
    ];

    /// <summary>Reads the SDK's own reference pack, which stands on every .NET developer's disk.</summary>
    /// <param name="all">Every assembly of the pack instead of a choice of about 300,000 words.</param>
    /// <exception cref="DirectoryNotFoundException">There is no reference pack beside the runtime.</exception>
    public static IReadOnlyList<IndexedDocument> ReadSdk(bool all) => Read(
        Directory.EnumerateFiles(ReferenceFolder(), "*.xml")
            .Where(f => all || DefaultAssemblies.Contains(Path.GetFileNameWithoutExtension(f))));

    /// <summary>Reads some assemblies of the SDK's reference pack.</summary>
    /// <param name="assemblies">Their names: "System.Text.Json".</param>
    /// <exception cref="DirectoryNotFoundException">There is no reference pack beside the runtime.</exception>
    /// <exception cref="FileNotFoundException">The pack has no such assembly with documentation.</exception>
    public static IReadOnlyList<IndexedDocument> ReadSdk(IEnumerable<string> assemblies)
    {
        ArgumentNullException.ThrowIfNull(assemblies);
        var folder = ReferenceFolder();
        return Read(assemblies.Select(a => Path.Combine(folder, a + ".xml") is var file && File.Exists(file) ? file
            : throw new FileNotFoundException($"The SDK's reference pack {folder} has no documentation of '{a}'. Name assemblies, as System.Text.Json.", file)));
    }

    /// <summary>Names of the assemblies of the SDK's reference pack that have documentation, in order.</summary>
    /// <exception cref="DirectoryNotFoundException">There is no reference pack beside the runtime.</exception>
    public static IReadOnlyList<string> SdkAssemblies() =>
        [.. Directory.EnumerateFiles(ReferenceFolder(), "*.xml").Select(f => Path.GetFileNameWithoutExtension(f)).Order(StringComparer.Ordinal)];

    /// <summary>Reads documentation files.</summary>
    /// <exception cref="InvalidDataException">A file is no XML documentation.</exception>
    public static IReadOnlyList<IndexedDocument> Read(IEnumerable<string> files)
    {
        var types = new SortedDictionary<string, TypeText>(StringComparer.Ordinal);
        foreach (var file in files.Order(StringComparer.Ordinal))
        {
            foreach (var member in Load(file).Descendants("member"))
                Add(member, types);
        }

        return [.. types.Where(t => t.Value.HasText).Select(t => new IndexedDocument(ApiText.TypeName(t.Key), t.Value.ToString()) { Links = [.. Links(t.Key, t.Value, types)] })];
    }

    private static XDocument Load(string file)
    {
        try
        {
            using var reader = XmlReader.Create(file, new() { DtdProcessing = DtdProcessing.Prohibit, XmlResolver = null });
            return XDocument.Load(reader);
        }
        catch (XmlException e)
        {
            throw new InvalidDataException($"{file}: no XML documentation: {e.Message}", e);
        }
    }

    private static void Add(XElement member, SortedDictionary<string, TypeText> types)
    {
        var name = (string?)member.Attribute("name") ?? "";
        if (name.Length < 3 || name[1] != ':' || name[0] is not ('T' or 'M' or 'P' or 'F' or 'E'))
            return;
        var path = name[2..].Split('(', '~')[0];
        var type = name[0] == 'T' ? path : path[..Math.Max(0, path.LastIndexOf('.'))];
        if (type.Length == 0)
            return;
        if (!types.TryGetValue(type, out var text))
            types[type] = text = new(ApiText.TypeName(type));
        text.Add(name, ApiText.Sections(member));
        text.References.UnionWith(member.Descendants().Select(e => (string?)e.Attribute("cref")).OfType<string>()
            .Where(c => c.Length > 2 && c[1] == ':').Select(c => c[2..].Split('(', '~', '{')[0]));
    }

    /// <summary>Types that a type's documentation names by cref, itself or by a member of theirs, as far as they are documented.</summary>
    private static IEnumerable<string> Links(string type, TypeText text, SortedDictionary<string, TypeText> types) => text.References
        .Select(r => types.ContainsKey(r) ? r : r[..Math.Max(0, r.LastIndexOf('.'))])
        .Where(r => r != type && types.TryGetValue(r, out var other) && other.HasText).Distinct().Order(StringComparer.Ordinal).Select(ApiText.TypeName);

    private static string ReferenceFolder()
    {
        for (var at = Path.GetDirectoryName(typeof(object).Assembly.Location); at is not null; at = Path.GetDirectoryName(at))
        {
            var pack = Path.Combine(at, "packs", "Microsoft.NETCore.App.Ref");
            if (!Directory.Exists(pack))
                continue;
            var references = Directory.EnumerateDirectories(pack)
                .OrderByDescending(d => Version.TryParse(Path.GetFileName(d).Split('-')[0], out var v) ? v : new(0, 0))
                .Select(d => Path.Combine(d, "ref")).Where(Directory.Exists)
                .SelectMany(d => Directory.EnumerateDirectories(d, "net*"));
            if (references.FirstOrDefault() is { } newest)
                return newest;
        }

        throw new DirectoryNotFoundException(
            "No packs/Microsoft.NETCore.App.Ref beside the .NET runtime. Install the .NET SDK, or search your own files with --folder DIR.");
    }

    /// <summary>What is said of a type: itself first, then its members.</summary>
    private sealed class TypeText(string title)
    {
        private readonly StringBuilder _type = new();
        private readonly StringBuilder _members = new();

        /// <summary>Types and members that are named by cref, without their kind and parameters.</summary>
        public HashSet<string> References { get; } = new(StringComparer.Ordinal);

        public bool HasText => _type.Length + _members.Length > 0;

        public void Add(string name, string sections)
        {
            if (sections.Length == 0)
                return;
            if (name[0] == 'T')
                _type.Append(sections);
            else
                _members.Append('\n').Append(ApiText.MemberName(name)).Append('\n').Append(sections);
        }

        public override string ToString() => $"{title}\n{_type}{_members}";
    }
}
