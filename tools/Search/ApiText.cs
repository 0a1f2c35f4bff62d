using System.Text;
using System.Xml.Linq;

namespace ML.Extensions.Search;

/// <summary>Names and sections of XML documentation, as a reader sees them.</summary>
internal static class ApiText
{
    private static readonly string[] Order = ["summary", "typeparam", "param", "returns", "value", "exception", "remarks", "example"];

    /// <summary>"System.Collections.Generic.List`1" to "System.Collections.Generic.List&lt;T&gt;".</summary>
    public static string TypeName(string path)
    {
        var text = new StringBuilder();
        for (var i = 0; i < path.Length; i++)
        {
            if (path[i] != '`')
            {
                text.Append(path[i]);
                continue;
            }

            var from = i + 1;
            while (i + 1 < path.Length && char.IsAsciiDigit(path[i + 1]))
                i++;
            var count = int.TryParse(path.AsSpan(from, i + 1 - from), out var n) ? n : 1;
            text.Append('<').AppendJoin(", ", Enumerable.Range(1, count).Select(p => count == 1 ? "T" : "T" + p)).Append('>');
        }

        return text.ToString();
    }

    /// <summary>"M:System.IO.File.Open(System.String)" to "File.Open(String)".</summary>
    public static string MemberName(string name)
    {
        var open = name.IndexOf('(', StringComparison.Ordinal);
        var path = (open < 0 ? name[2..] : name[2..open]).Split('~')[0].Replace("``", "`", StringComparison.Ordinal);
        var parts = path.Split('.');
        var type = parts.Length > 1 ? parts[^2].Split('`')[0] : "";
        var member = parts[^1].Split('`')[0].Replace('#', '.');
        var shown = member is ".ctor" or ".cctor" ? type + " constructor" : type + "." + member;
        return open < 0 ? shown : shown + "(" + string.Join(", ", Parameters(name[(open + 1)..]).Select(ShortName)) + ")";
    }

    /// <summary>Summary, parameters, returns, exceptions and remarks, a line each.</summary>
    public static string Sections(XElement member)
    {
        var text = new StringBuilder();
        foreach (var part in member.Elements().OrderBy(e => Array.IndexOf(Order, e.Name.LocalName) is var i and >= 0 ? i : Order.Length))
        {
            var content = string.Join(' ', Plain(part).Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
            if (content.Length > 0)
                text.Append(Label(part)).Append(content).Append('\n');
        }

        return text.ToString();
    }

    private static string Label(XElement part) => part.Name.LocalName switch
    {
        "param" or "typeparam" => (string?)part.Attribute("name") + ": ",
        "returns" => "Returns: ",
        "exception" => ShortName((string?)part.Attribute("cref") ?? "Exception") + ": ",
        _ => "",
    };

    private static string Plain(XElement element) => string.Concat(element.Nodes().Select(n => n switch
    {
        XText t => t.Value,
        XElement { IsEmpty: true } e => (e.Attribute("cref") ?? e.Attribute("langword") ?? e.Attribute("name") ?? e.Attribute("href")) is { } link
            ? link.Name == "href" ? link.Value : ShortName(link.Value)
            : " ",
        XElement { Name.LocalName: "see" or "c" or "b" or "i" or "em" or "strong" or "a" } e => Plain(e),
        XElement e => " " + Plain(e) + " ",
        _ => "",
    }));

    private static IEnumerable<string> Parameters(string list)
    {
        for (int i = 0, from = 0, depth = 0; i < list.Length; i++)
        {
            depth += list[i] is '{' or '[' ? 1 : list[i] is '}' or ']' ? -1 : 0;
            if (list[i] == ')' || (list[i] == ',' && depth == 0))
            {
                if (i > from)
                    yield return list[from..i];
                if (list[i] == ')')
                    yield break;
                from = i + 1;
            }
        }
    }

    private static string ShortName(string cref)
    {
        var path = cref.Split('(', '{')[0];
        var name = path[(path.LastIndexOf('.') + 1)..];
        if (name == "#ctor")
            return path.Split('.')[^2].Split('`')[0];
        var mark = cref.AsSpan().IndexOfAny('@', '[');
        var suffix = mark >= 0 && cref[mark] == '[' ? "[]" : "";
        return name.Split('`', '@', '[')[0] is { Length: > 0 } plain ? plain.Split(':')[^1] + suffix : "T" + suffix;
    }
}
