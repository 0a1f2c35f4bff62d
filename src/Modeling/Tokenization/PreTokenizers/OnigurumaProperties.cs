using System.Globalization;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Properties that expressions name, as the content of a .NET class: general categories, scripts and POSIX classes.</summary>
internal static class OnigurumaProperties
{
    /// <summary>\w: alphabetic characters, marks, numbers of every kind and connectors.</summary>
    public const string Word = @"\p{L}\p{M}\p{N}\p{Pc}\u24B6-\u24E9";

    /// <summary>What is not \w.</summary>
    public const string NotWord = @"\p{Z}\p{C}\p{Pd}\p{Ps}\p{Pe}\p{Pi}\p{Pf}\p{Po}\p{S}";

    private static readonly Dictionary<string, (string Is, string IsNot)> Known = Make();

    /// <summary>Content of a class, null if the name is not known.</summary>
    public static string? Find(string name, bool negated)
    {
        var plain = new string([.. name.Where(c => c is not ('_' or ' ' or '-')).Select(char.ToLowerInvariant)]);
        if (Known.TryGetValue(plain, out var found))
            return negated ? found.IsNot : found.Is;
        var names = UnicodeTables.Instance.ScriptNames.ToList();
        var number = names.FindIndex(s => s.Replace("_", "", StringComparison.Ordinal).Equals(plain, StringComparison.OrdinalIgnoreCase));
        return number < 0 ? null : Script(number, negated);
    }

    private static string Script(int number, bool negated)
    {
        var (content, next) = (new StringBuilder(), 0);
        void Range(int first, int last)
        {
            if (first <= last && first < 0x10000)
                content.Append(CultureInfo.InvariantCulture, $"\\u{first:X4}-\\u{Math.Min(last, 0xFFFF):X4}");
        }

        foreach (var (first, last, script) in UnicodeTables.Instance.ScriptRanges)
        {
            if (script != number)
                continue;
            if (negated)
                Range(next, first - 1);
            else
                Range(first, last);
            next = last + 1;
        }

        if (negated)
            Range(next, 0xFFFF);
        return content.ToString();
    }

    private static Dictionary<string, (string Is, string IsNot)> Make()
    {
        string[] categories =
        [
            "L Letter", "Lu UppercaseLetter", "Ll LowercaseLetter", "Lt TitlecaseLetter", "Lm ModifierLetter", "Lo OtherLetter",
            "M Mark", "Mn NonspacingMark", "Mc SpacingMark", "Me EnclosingMark", "N Number", "Nd DecimalNumber", "Nl LetterNumber", "No OtherNumber",
            "P Punctuation", "Pc ConnectorPunctuation", "Pd DashPunctuation", "Ps OpenPunctuation", "Pe ClosePunctuation",
            "Pi InitialPunctuation", "Pf FinalPunctuation", "Po OtherPunctuation", "S Symbol", "Sm MathSymbol", "Sc CurrencySymbol",
            "Sk ModifierSymbol", "So OtherSymbol", "Z Separator", "Zs SpaceSeparator", "Zl LineSeparator", "Zp ParagraphSeparator",
            "C Other", "Cc Control", "Cf Format", "Co PrivateUse", "Cn Unassigned",
        ];
        var known = new Dictionary<string, (string, string)>(StringComparer.OrdinalIgnoreCase);
        foreach (var names in categories.Select(c => c.Split(' ')))
            known[names[0]] = known[names[1]] = ($"\\p{{{names[0]}}}", $"\\P{{{names[0]}}}");
        known["alpha"] = known["alphabetic"] = (@"\p{L}\p{Nl}", @"\p{M}\p{Nd}\p{No}\p{P}\p{S}\p{Z}\p{C}");
        known["digit"] = (@"\p{Nd}", @"\P{Nd}");
        known["alnum"] = (@"\p{L}\p{Nl}\p{Nd}", @"\p{M}\p{No}\p{P}\p{S}\p{Z}\p{C}");
        known["upper"] = (@"\p{Lu}", @"\P{Lu}");
        known["lower"] = (@"\p{Ll}", @"\P{Ll}");
        known["space"] = (@"\s", @"\S");
        known["punct"] = (@"\p{P}$+<=>^`|~", @"\p{L}\p{M}\p{N}\p{Z}\p{C}\p{So}");
        known["word"] = (Word, NotWord);
        known["xdigit"] = ("0-9a-fA-F", @"\u0000-/:-@G-`g-\uFFFF");
        known["cntrl"] = (@"\p{Cc}", @"\P{Cc}");
        known["any"] = (@"\s\S", @"\uFFFF-\uFFFF");
        return known;
    }
}
