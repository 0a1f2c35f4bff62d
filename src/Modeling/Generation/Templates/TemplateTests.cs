namespace ML.Extensions.Generation;

/// <summary>Tests behind 'is', and comparisons.</summary>
internal static class TemplateTests
{
    private static readonly Dictionary<string, Func<object?, TemplateCall, bool>> Known = new(StringComparer.Ordinal)
    {
        ["defined"] = (v, _) => v is not TemplateUndefined,
        ["undefined"] = (v, _) => v is TemplateUndefined,
        ["none"] = (v, _) => v is null,
        ["boolean"] = (v, _) => v is bool,
        ["true"] = (v, _) => v is true,
        ["false"] = (v, _) => v is false,
        ["string"] = (v, _) => v is string,
        ["number"] = (v, _) => v is long or double or bool,
        ["integer"] = (v, _) => v is long,
        ["float"] = (v, _) => v is double,
        ["mapping"] = (v, _) => v is TemplateMap,
        ["sequence"] = (v, _) => v is TemplateList or string or TemplateMap or TemplateUndefined,
        ["iterable"] = (v, _) => v is TemplateList or string or TemplateMap or TemplateUndefined,
        ["callable"] = (v, _) => v is TemplateFunction,
        ["even"] = (v, c) => Divides(v, 2, c),
        ["odd"] = (v, c) => !Divides(v, 2, c),
        ["divisibleby"] = (v, c) => Divides(v, c.Whole(0, "num", 0), c),
        ["upper"] = (v, _) => v is string s && s.Any(char.IsLetter) && !s.Any(char.IsLower),
        ["lower"] = (v, _) => v is string s && s.Any(char.IsLetter) && !s.Any(char.IsUpper),
        ["in"] = (v, c) => Compare("in", v, c.Needed(0, "seq"), c.Line, c.Budget),
        ["sameas"] = (v, c) => v?.GetType() == c.Needed(0, "other")?.GetType() && TemplateValues.AreEqual(v, c.Value(0, "other"), c.Line, c.Budget),
        ["filter"] = (v, c) => v is string s && TemplateFilters.Names.Contains(s),
        ["test"] = (v, c) => v is string s && Names.Contains(s),
    };

    private static readonly Dictionary<string, string> Comparisons = new(StringComparer.Ordinal)
    {
        ["eq"] = "==", ["equalto"] = "==", ["=="] = "==", ["ne"] = "!=", ["!="] = "!=", ["lt"] = "<", ["lessthan"] = "<",
        ["<"] = "<", ["gt"] = ">", ["greaterthan"] = ">", [">"] = ">", ["le"] = "<=", ["<="] = "<=", ["ge"] = ">=", [">="] = ">=",
    };

    /// <summary>Names of all tests.</summary>
    public static IEnumerable<string> Names => Known.Keys.Concat(Comparisons.Keys);

    /// <summary>Whether a test, which the call names, holds.</summary>
    /// <exception cref="TemplateError">It is not known.</exception>
    public static bool Holds(object? value, TemplateCall call) =>
        Known.TryGetValue(call.Called, out var test) ? test(value, call)
        : Comparisons.TryGetValue(call.Called, out var text) ? Compare(text, value, call.Needed(0, "other"), call.Line, call.Budget)
        : throw new TemplateError(call.Line, $"the test '{call.Called}' is not known. Known: {string.Join(", ", Known.Keys)}.");

    /// <summary>Whether a comparison holds.</summary>
    public static bool Compare(string text, object? a, object? b, int line, TemplateBudget budget) => text switch
    {
        "==" => TemplateValues.AreEqual(a, b, line, budget),
        "!=" => !TemplateValues.AreEqual(a, b, line, budget),
        "in" => Contains(b, a, line, budget),
        "not in" => !Contains(b, a, line, budget),
        "<" => TemplateValues.Compare(a, b, line) < 0,
        ">" => TemplateValues.Compare(a, b, line) > 0,
        "<=" => TemplateValues.Compare(a, b, line) <= 0,
        _ => TemplateValues.Compare(a, b, line) >= 0,
    };

    private static bool Contains(object? all, object? one, int line, TemplateBudget budget)
    {
        switch (all)
        {
            case string text:
                budget.SpendText(line, text.Length);
                return one is string part ? text.Contains(part, StringComparison.Ordinal)
                    : throw new TemplateError(line, $"{TemplateValues.Kind(one)} cannot be in a text.");
            case TemplateMap map:
                return map.Contains(one);
            case TemplateNamespace or null or bool or long or double:
                throw new TemplateError(line, $"'in' needs a text, a list or a mapping; there is {TemplateValues.Kind(all)}.");
            default:
                return TemplateValues.Items(all, line, budget).Any(i => TemplateValues.AreEqual(i, one, line, budget));
        }
    }

    private static bool Divides(object? value, long by, TemplateCall call) => TemplateValues.Whole(value) is { } n && by != 0
        ? n % by == 0 : throw call.Error($"needs whole numbers, and no 0; there is {TemplateValues.Kind(value)}.");
}
