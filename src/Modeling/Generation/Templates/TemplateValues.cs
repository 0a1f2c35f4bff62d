using System.Globalization;
using System.Text;

namespace ML.Extensions.Generation;

/// <summary>
/// Values of a template as Python has them: null is None; otherwise bool, long, double, string, <see cref="TemplateList"/>,
/// <see cref="TemplateMap"/>, <see cref="TemplateNamespace"/>, <see cref="TemplateFunction"/>, <see cref="TemplateLoop"/> or <see cref="TemplateUndefined"/>.
/// </summary>
internal static class TemplateValues
{
    /// <summary>Whether a condition holds.</summary>
    public static bool IsTrue(object? value) => value switch
    {
        null or TemplateUndefined => false,
        bool b => b,
        long n => n != 0,
        double d => d != 0,
        string s => s.Length > 0,
        TemplateList list => list.Items.Count > 0,
        TemplateMap map => map.Count > 0,
        _ => true,
    };

    /// <summary>How messages name a value's kind.</summary>
    public static string Kind(object? value) => value switch
    {
        null => "none",
        TemplateUndefined u => $"'{u.Name}', which is undefined",
        bool => "a flag",
        long or double => "a number",
        string => "a text",
        TemplateList => "a list",
        TemplateMap => "a mapping",
        _ => "a function or namespace",
    };

    /// <summary>Whether two values are equal.</summary>
    public static bool AreEqual(object? a, object? b, int line, TemplateBudget budget)
    {
        if (Number(a) is { } x && Number(b) is { } y)
            return a is not double && b is not double ? Whole(a) == Whole(b) : x == y;
        switch (a, b)
        {
            case (TemplateUndefined, TemplateUndefined) or (null, null):
                return true;
            case (string s, string t):
                return s == t;
            case (TemplateList l, TemplateList m):
                return l.Tuple == m.Tuple && l.Items.Count == m.Items.Count
                    && l.Items.Zip(m.Items).All(p => Inside(line, budget, () => AreEqual(p.First, p.Second, line, budget)));
            case (TemplateMap l, TemplateMap m):
                return l.Count == m.Count && l.Items.All(i => m.TryGet(i.Key, out var other)
                    && Inside(line, budget, () => AreEqual(i.Value, other, line, budget)));
            default:
                return ReferenceEquals(a, b);
        }
    }

    /// <summary>Less, equal or greater: numbers, or texts by their characters.</summary>
    public static int Compare(object? a, object? b, int line)
    {
        TemplateBudget.CheckStack(line);
        return Number(a) is { } x && Number(b) is { } y ? x.CompareTo(y)
        : a is string s && b is string t ? string.CompareOrdinal(s, t)
        : a is TemplateList l && b is TemplateList m ? l.Items.Zip(m.Items, (i, j) => Compare(i, j, line)).FirstOrDefault(c => c != 0, l.Items.Count.CompareTo(m.Items.Count))
        : throw new TemplateError(line, $"{Kind(a)} and {Kind(b)} cannot be compared.");
    }

    /// <summary>A number; null if it is none. A flag is 0 or 1.</summary>
    public static double? Number(object? value) => value switch
    {
        long n => n,
        double d => d,
        bool b => b ? 1 : 0,
        _ => null,
    };

    /// <summary>A whole number; null if it is none.</summary>
    public static long? Whole(object? value) => value switch
    {
        long n => n,
        bool b => b ? 1 : 0,
        _ => null,
    };

    /// <summary>What a loop goes over: items, keys, characters.</summary>
    public static IReadOnlyList<object?> Items(object? value, int line, TemplateBudget budget)
    {
        switch (value)
        {
            case TemplateList list:
                return list.Items;
            case TemplateMap map:
                budget.SpendItems(line, map.Count);
                return [.. map.Keys];
            case string text:
                budget.SpendItems(line, text.Length);
                return [.. text.EnumerateRunes().Select(r => (object?)r.ToString())];
            case TemplateUndefined:
                return [];
            default:
                throw new TemplateError(line, $"{Kind(value)} has no items to go over.");
        }
    }

    /// <summary>A value as {{ }} prints it.</summary>
    public static string Text(object? value, int line, TemplateBudget budget)
    {
        if (value is string text)
            return text;
        var output = new StringBuilder();
        Write(value, output, line, budget);
        return output.ToString();
    }

    /// <summary>A number with a fraction as Python prints it.</summary>
    public static string Text(double value)
    {
        if (!double.IsFinite(value))
            return double.IsNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
        var shortest = value.ToString("R", CultureInfo.InvariantCulture);
        if (Math.Abs(value) is 0 or (>= 1e-4 and < 1e16))
        {
            if (shortest.Contains('E', StringComparison.Ordinal))
                shortest = value.ToString("0.####################", CultureInfo.InvariantCulture);
            return shortest.Contains('.', StringComparison.Ordinal) ? shortest : shortest + ".0";
        }

        var parts = shortest.Split('E');
        return parts.Length == 2 ? $"{parts[0]}e{parts[1][0]}{parts[1][1..].PadLeft(2, '0')}" : shortest;
    }

    /// <summary>Appends a value: whole texts as they are, those inside of lists in quotes.</summary>
    private static void Write(object? value, StringBuilder output, int line, TemplateBudget budget, bool inside = false)
    {
        budget.SpendText(line, inside && value is string s ? s.Length : 4);
        switch (value)
        {
            case null:
                output.Append("None");
                break;
            case string text:
                output.Append(inside ? Quoted(text) : text);
                break;
            case bool b:
                output.Append(b ? "True" : "False");
                break;
            case long n:
                output.Append(n);
                break;
            case double d:
                output.Append(Text(d));
                break;
            case TemplateList list:
                WriteAll(list.Tuple ? "(" : "[", list.Items, list.Tuple ? list.Items.Count == 1 ? ",)" : ")" : "]", i => Write(i, output, line, budget, true), output, line, budget);
                break;
            case TemplateMap map:
                WriteAll("{", map.Items, "}", i =>
                {
                    Write(i.Key, output, line, budget, true);
                    output.Append(": ");
                    Write(i.Value, output, line, budget, true);
                }, output, line, budget);
                break;
            case TemplateUndefined:
                break;
            default:
                throw new TemplateError(line, $"{Kind(value)} cannot be printed.");
        }
    }

    private static void WriteAll<T>(string open, IEnumerable<T> items, string close, Action<T> write, StringBuilder output, int line, TemplateBudget budget)
    {
        budget.Enter(line);
        output.Append(open);
        foreach (var (n, item) in items.Index())
        {
            if (n > 0)
                output.Append(", ");
            write(item);
        }

        output.Append(close);
        budget.Leave();
    }

    /// <summary>A text as Python prints it inside of a list.</summary>
    private static string Quoted(string text)
    {
        var quote = text.Contains('\'', StringComparison.Ordinal) && !text.Contains('"', StringComparison.Ordinal) ? '"' : '\'';
        var output = new StringBuilder().Append(quote);
        foreach (var c in text)
        {
            output.Append(c switch
            {
                '\\' => "\\\\",
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ when c == quote => "\\" + c,
                < ' ' or '\x7f' => $"\\x{(int)c:x2}",
                _ => c.ToString(),
            });
        }

        return output.Append(quote).ToString();
    }

    private static bool Inside(int line, TemplateBudget budget, Func<bool> work)
    {
        budget.Spend(line);
        budget.Enter(line);
        var result = work();
        budget.Leave();
        return result;
    }
}
