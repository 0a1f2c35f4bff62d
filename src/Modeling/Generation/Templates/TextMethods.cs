namespace ML.Extensions.Generation;

/// <summary>Methods of texts, as Python has them.</summary>
internal static class TextMethods
{
    /// <summary>A text's method; null if there is none of the name.</summary>
    public static TemplateFunction? Find(string text, string name) => Body(text, name) is { } body
        ? new(name, call =>
        {
            call.Budget.SpendText(call.Line, text.Length);
            return body(call);
        })
        : null;

    private static Func<TemplateCall, object?>? Body(string text, string name) => name switch
    {
        "strip" => call => Trimmed(text, call.Text(0, "chars", null), true, true),
        "lstrip" => call => Trimmed(text, call.Text(0, "chars", null), true, false),
        "rstrip" => call => Trimmed(text, call.Text(0, "chars", null), false, true),
        "split" => call => Split(text, call, last: false),
        "rsplit" => call => Split(text, call, last: true),
        "splitlines" => call => Lines(text, call),
        "startswith" => call => Any(call, p => text.StartsWith(p, StringComparison.Ordinal)),
        "endswith" => call => Any(call, p => text.EndsWith(p, StringComparison.Ordinal)),
        "removeprefix" => call => call.Text(0, "prefix") is var p && text.StartsWith(p, StringComparison.Ordinal) ? text[p.Length..] : text,
        "removesuffix" => call => call.Text(0, "suffix") is { Length: > 0 } s && text.EndsWith(s, StringComparison.Ordinal) ? text[..^s.Length] : text,
        "replace" => call => Replaced(text, call.Text(0, "old"), call.Text(1, "new"), call.Whole(2, "count", -1), call),
        "find" => call => Place(text, text.IndexOf(call.Text(0, "sub"), StringComparison.Ordinal)),
        "rfind" => call => Place(text, text.LastIndexOf(call.Text(0, "sub"), StringComparison.Ordinal)),
        "count" => call => call.Text(0, "sub") is { Length: > 0 } sub ? (long)text.AsSpan().Count(sub) : throw call.Error("needs a text that is not empty."),
        "join" => call => Joined(text, TemplateValues.Items(call.Needed(0, "iterable"), call.Line, call.Budget), call),
        "upper" => _ => text.ToUpperInvariant(),
        "lower" => _ => text.ToLowerInvariant(),
        "title" => _ => Title(text),
        "capitalize" => _ => Capitalized(text),
        "isdigit" or "isnumeric" or "isdecimal" => _ => text.Length > 0 && text.All(char.IsDigit),
        "isalpha" => _ => text.Length > 0 && text.All(char.IsLetter),
        "isalnum" => _ => text.Length > 0 && text.All(char.IsLetterOrDigit),
        "isspace" => _ => text.Length > 0 && text.All(char.IsWhiteSpace),
        "isupper" => _ => text.Any(char.IsUpper) && !text.Any(char.IsLower),
        "islower" => _ => text.Any(char.IsLower) && !text.Any(char.IsUpper),
        _ => null,
    };

    /// <summary>Without these characters, or white space, at its ends.</summary>
    public static string Trimmed(string text, string? characters, bool start, bool end)
    {
        bool Goes(char c) => characters is null ? char.IsWhiteSpace(c) || c is >= '\x1c' and <= '\x1f' : characters.Contains(c, StringComparison.Ordinal);
        var (from, to) = (0, text.Length);
        while (start && from < to && Goes(text[from]))
            from++;
        while (end && to > from && Goes(text[to - 1]))
            to--;
        return text[from..to];
    }

    /// <summary>With some or all occurrences of a text replaced.</summary>
    public static string Replaced(string text, string old, string with, long count, TemplateCall call)
    {
        if (old.Length == 0)
            throw call.Error("needs a text that is not empty to replace.");
        var found = (long)text.AsSpan().Count(old);
        found = count >= 0 ? Math.Min(found, count) : found;
        call.Budget.SpendText(call.Line, text.Length + (found * with.Length));
        if (count < 0 || found < count)
            return text.Replace(old, with, StringComparison.Ordinal);
        var parts = text.Split(old, (int)found + 1);
        return string.Join(with, parts);
    }

    /// <summary>Items with a text between them.</summary>
    public static string Joined(string between, IReadOnlyList<object?> items, TemplateCall call)
    {
        var texts = items.Select(i => TemplateValues.Text(i, call.Line, call.Budget)).ToArray();
        call.Budget.SpendText(call.Line, texts.Sum(t => (long)t.Length) + ((long)between.Length * texts.Length));
        return string.Join(between, texts);
    }

    /// <summary>The first character large, the others small.</summary>
    public static string Capitalized(string text) =>
        text.Length == 0 ? "" : text[..1].ToUpperInvariant() + text[1..].ToLowerInvariant();

    /// <summary>Each word's first letter large, the others small.</summary>
    public static string Title(string text)
    {
        var (characters, inside) = (text.ToCharArray(), false);
        for (var i = 0; i < characters.Length; i++)
        {
            characters[i] = inside ? char.ToLowerInvariant(characters[i]) : char.ToUpperInvariant(characters[i]);
            inside = char.IsLetter(characters[i]);
        }

        return new(characters);
    }

    private static bool Any(TemplateCall call, Func<string, bool> holds) => call.Needed(0, "prefix") switch
    {
        string one => holds(one),
        TemplateList list => list.Items.OfType<string>().Any(holds),
        _ => throw call.Error("needs a text, or several."),
    };

    private static TemplateList Split(string text, TemplateCall call, bool last)
    {
        var (separator, most) = (call.Text(0, "sep", null), call.Whole(1, "maxsplit", -1));
        if (separator is { Length: 0 })
            throw call.Error("needs a separator that is not empty.");
        var parts = separator is null ? text.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries) : text.Split(separator);
        call.Budget.SpendItems(call.Line, parts.Length);
        if (most < 0 || parts.Length <= most + 1)
            return new(parts);
        if (separator is null)
            throw call.Error("takes a limit only with a separator.");
        var cut = (int)most;
        return last
            ? new([string.Join(separator, parts[..^cut]), .. parts[^cut..]])
            : new([.. parts[..cut], string.Join(separator, parts[cut..])]);
    }

    private static TemplateList Lines(string text, TemplateCall call)
    {
        var lines = text.ReplaceLineEndings("\n").Split('\n');
        call.Budget.SpendItems(call.Line, lines.Length);
        return new(lines[^1].Length == 0 ? lines[..^1] : lines);
    }

    private static long Place(string text, int at) => at < 0 ? -1 : text.AsSpan(0, at).ToString().EnumerateRunes().Count();
}
