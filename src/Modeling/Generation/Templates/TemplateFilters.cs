using System.Globalization;

namespace ML.Extensions.Generation;

/// <summary>Filters behind '|'.</summary>
internal static class TemplateFilters
{
    private static readonly Dictionary<string, Func<object?, TemplateCall, object?>> Known = new(StringComparer.Ordinal)
    {
        ["default"] = Default,
        ["d"] = Default,
        ["tojson"] = TemplateJson.Write,
        ["string"] = (v, c) => Text(v, c),
        ["trim"] = (v, c) => TextMethods.Trimmed(Text(v, c), c.Text(0, "chars", null), true, true),
        ["upper"] = (v, c) => Text(v, c).ToUpperInvariant(),
        ["lower"] = (v, c) => Text(v, c).ToLowerInvariant(),
        ["capitalize"] = (v, c) => TextMethods.Capitalized(Text(v, c)),
        ["title"] = (v, c) => TextMethods.Title(Text(v, c)),
        ["replace"] = (v, c) => TextMethods.Replaced(Text(v, c), c.Text(0, "old"), c.Text(1, "new"), c.Whole(2, "count", -1), c),
        ["safe"] = (v, c) => Text(v, c),
        ["indent"] = (v, c) => Indented(Text(v, c), c),
        ["length"] = (v, c) => Length(v, c),
        ["count"] = (v, c) => Length(v, c),
        ["join"] = (v, c) => TextMethods.Joined(Text(c.Value(0, "d") ?? "", c), ListFilters.Mapped(Items(v, c), c.Text(1, "attribute", null), c), c),
        ["list"] = (v, c) => new TemplateList(Items(v, c)),
        ["first"] = (v, c) => Items(v, c) is { Count: > 0 } items ? items[0] : new TemplateUndefined("the first of nothing"),
        ["last"] = (v, c) => Items(v, c) is { Count: > 0 } items ? items[^1] : new TemplateUndefined("the last of nothing"),
        ["reverse"] = (v, c) => v is string ? string.Concat(Items(v, c).Reverse()) : new TemplateList([.. Items(v, c).Reverse()]),
        ["items"] = (v, c) => v is TemplateUndefined ? new TemplateList([])
            : v is TemplateMap ? TemplateMembers.Member(v, "items", c.Line) is TemplateFunction f ? f.Body(c) : null : throw c.Error($"needs a mapping; there is {TemplateValues.Kind(v)}."),
        ["int"] = (v, c) => v is double d && double.IsFinite(d) ? (long)d : TemplateValues.Whole(v)
            ?? (v is string s && long.TryParse(s, NumberStyles.Integer, CultureInfo.InvariantCulture, out var n) ? n
            : v is string t && double.TryParse(t, CultureInfo.InvariantCulture, out var x) && double.IsFinite(x) ? (long)x : c.Whole(0, "default", 0)),
        ["float"] = (v, c) => TemplateValues.Number(v)
            ?? (v is string s && double.TryParse(s, CultureInfo.InvariantCulture, out var n) ? n : TemplateValues.Number(c.Value(0, "default")) ?? 0),
        ["abs"] = (v, c) => v is double d ? (object)Math.Abs(d) : v is long and not long.MinValue ? Math.Abs((long)v) : throw c.Error("needs a number."),
        ["round"] = (v, c) => Rounded(TemplateValues.Number(v) ?? throw c.Error("needs a number."), c),
        ["map"] = (v, c) => ListFilters.Map(Items(v, c), c),
        ["select"] = (v, c) => ListFilters.Select(Items(v, c), c, keeps: true, attribute: false),
        ["reject"] = (v, c) => ListFilters.Select(Items(v, c), c, keeps: false, attribute: false),
        ["selectattr"] = (v, c) => ListFilters.Select(Items(v, c), c, keeps: true, attribute: true),
        ["rejectattr"] = (v, c) => ListFilters.Select(Items(v, c), c, keeps: false, attribute: true),
        ["sort"] = (v, c) => ListFilters.Sorted(Items(v, c), c),
        ["dictsort"] = (v, c) => ListFilters.SortedMap(v as TemplateMap ?? throw c.Error($"needs a mapping; there is {TemplateValues.Kind(v)}."), c),
        ["unique"] = (v, c) => ListFilters.Unique(Items(v, c), c),
        ["sum"] = (v, c) => ListFilters.Mapped(Items(v, c), c.Text(0, "attribute", null), c).Aggregate((object?)0L, (a, b) => TemplateArithmetic.Of("+", a, b, c.Line, c.Budget)),
        ["min"] = (v, c) => ListFilters.Extreme(Items(v, c), -1, c),
        ["max"] = (v, c) => ListFilters.Extreme(Items(v, c), 1, c),
        ["attr"] = (v, c) => TemplateMembers.Member(v, c.Text(0, "name"), c.Line),
    };

    /// <summary>Names of all filters.</summary>
    public static IEnumerable<string> Names => Known.Keys;

    /// <summary>What a filter, which the call names, makes of a value.</summary>
    /// <exception cref="TemplateError">It is not known.</exception>
    public static object? Apply(object? value, TemplateCall call) => Known.TryGetValue(call.Called, out var filter)
        ? filter(value, call)
        : throw new TemplateError(call.Line, $"the filter '{call.Called}' is not known. Known: {string.Join(", ", Known.Keys)}.");

    private static string Text(object? value, TemplateCall call)
    {
        var text = TemplateValues.Text(value, call.Line, call.Budget);
        call.Budget.SpendText(call.Line, text.Length);
        return text;
    }

    private static IReadOnlyList<object?> Items(object? value, TemplateCall call)
    {
        var items = TemplateValues.Items(value, call.Line, call.Budget);
        call.Budget.SpendItems(call.Line, items.Count);
        return items;
    }

    private static object? Default(object? value, TemplateCall call) =>
        value is TemplateUndefined || (call.Flag(1, "boolean") && !TemplateValues.IsTrue(value)) ? call.Has(0, "default_value") ? call.Value(0, "default_value") : "" : value;

    private static long Length(object? value, TemplateCall call) => value switch
    {
        string text => (long)text.EnumerateRunes().Count(),
        TemplateList list => (long)list.Items.Count,
        TemplateMap map => (long)map.Count,
        TemplateUndefined => 0L,
        _ => throw call.Error($"needs a text, a list or a mapping; there is {TemplateValues.Kind(value)}."),
    };

    private static double Rounded(double value, TemplateCall call)
    {
        var digits = (int)Math.Clamp(call.Whole(0, "precision", 0), 0, 15);
        var factor = Math.Pow(10, digits);
        return call.Text(1, "method", "common") switch
        {
            "ceil" => Math.Ceiling(value * factor) / factor,
            "floor" => Math.Floor(value * factor) / factor,
            _ => Math.Round(value, digits, MidpointRounding.ToEven),
        };
    }

    private static string Indented(string text, TemplateCall call)
    {
        var space = call.Value(0, "width") is string s ? s : new string(' ', (int)Math.Clamp(call.Whole(0, "width", 4), 0, 64));
        var (first, blank) = (call.Flag(1, "first"), call.Flag(2, "blank"));
        var lines = text.Split('\n');
        call.Budget.SpendText(call.Line, text.Length + ((long)space.Length * lines.Length));
        return string.Join('\n', lines.Select((line, i) => (i == 0 ? first : blank || line.Length > 0) ? space + line : line));
    }
}
