using System.Text;

namespace ML.Extensions.Generation;

/// <summary>Operators on numbers, texts and lists, as Python has them; whole numbers have 64 bits.</summary>
internal static class TemplateArithmetic
{
    /// <summary>-a or +a.</summary>
    public static object Signed(string sign, object? value, int line) => value switch
    {
        double d => (object)(sign == "-" ? -d : d),
        _ when TemplateValues.Whole(value) is { } n => sign == "-" ? -n : n,
        _ => throw new TemplateError(line, $"'{sign}' needs a number; there is {TemplateValues.Kind(value)}."),
    };

    /// <summary>a operator b.</summary>
    public static object? Of(string text, object? a, object? b, int line, TemplateBudget budget)
    {
        if (text == "~")
            return Joined(TemplateValues.Text(a, line, budget), TemplateValues.Text(b, line, budget), line, budget);
        if (TemplateValues.Number(a) is { } x && TemplateValues.Number(b) is { } y)
        {
            return a is not double && b is not double && text != "/"
                ? Whole(text, TemplateValues.Whole(a)!.Value, TemplateValues.Whole(b)!.Value, line) : Fraction(text, x, y, line);
        }

        switch (text, a, b)
        {
            case ("+", string s, string t):
                return Joined(s, t, line, budget);
            case ("+", TemplateList l, TemplateList m):
                budget.SpendItems(line, l.Items.Count + m.Items.Count);
                return new TemplateList([.. l.Items, .. m.Items], l.Tuple);
            case ("*", string s, long n):
                return Repeated(s, n, line, budget);
            case ("*", long n, string s):
                return Repeated(s, n, line, budget);
            case ("*", TemplateList l, long n):
                budget.SpendItems(line, Math.Clamp(n, 0, int.MaxValue) * l.Items.Count);
                return new TemplateList([.. Enumerable.Repeat(l.Items, (int)Math.Clamp(n, 0, int.MaxValue)).SelectMany(i => i)], l.Tuple);
            default:
                throw new TemplateError(line, $"'{text}' does not work on {TemplateValues.Kind(a)} and {TemplateValues.Kind(b)}.");
        }
    }

    private static string Joined(string a, string b, int line, TemplateBudget budget)
    {
        budget.SpendText(line, a.Length + (long)b.Length);
        return a + b;
    }

    private static string Repeated(string text, long times, int line, TemplateBudget budget)
    {
        times = Math.Clamp(times, 0, int.MaxValue);
        budget.SpendText(line, times * text.Length);
        return new StringBuilder(text.Length * (int)times).Insert(0, text, (int)times).ToString();
    }

    private static object Whole(string text, long a, long b, int line)
    {
        if (b == 0 && text is ("//" or "%"))
            throw new TemplateError(line, "a division by zero.");
        try
        {
            return text switch
            {
                "+" => (object)checked(a + b),
                "-" => checked(a - b),
                "*" => checked(a * b),
                "//" => checked(a / b) - (a % b != 0 && (a < 0) != (b < 0) ? 1 : 0),
                "%" => ((a % b) + b) % b,
                "**" when b >= 0 => Power(a, b),
                "**" => Math.Pow(a, b),
                _ => throw new TemplateError(line, $"'{text}' is not known."),
            };
        }
        catch (OverflowException)
        {
            throw new TemplateError(line, $"{a} {text} {b} is too large.");
        }
    }

    private static long Power(long a, long b)
    {
        if (a is 0 or 1 or -1)
            return b == 0 || (a == -1 && b % 2 == 0) ? 1 : a;
        var result = 1L;
        for (; b > 0; b--)
            result = checked(result * a); // 63 times at most before it is too large
        return result;
    }

    private static double Fraction(string text, double a, double b, int line)
    {
        if (b == 0 && text is ("/" or "//" or "%"))
            throw new TemplateError(line, "a division by zero.");
        return text switch
        {
            "+" => a + b,
            "-" => a - b,
            "*" => a * b,
            "/" => a / b,
            "//" => Math.Floor(a / b),
            "%" => a - (b * Math.Floor(a / b)),
            "**" => Math.Pow(a, b),
            _ => throw new TemplateError(line, $"'{text}' is not known."),
        };
    }
}
