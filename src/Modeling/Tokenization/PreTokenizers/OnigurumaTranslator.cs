using System.Globalization;
using System.Text;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Rewrites an expression of Oniguruma's Ruby syntax for .NET: properties and scripts, \w, \h, \R, possessive
/// quantifiers, (?m) and nested classes. What .NET cannot say is refused.
/// </summary>
internal sealed class OnigurumaTranslator(string expression, string origin)
{
    private readonly StringBuilder _output = new();
    private readonly Stack<int> _groups = new();
    private int _at;
    private int _atom = -1; // where the last atom starts in the output

    /// <summary>The expression for .NET.</summary>
    /// <exception cref="InvalidDataException">It ends too early.</exception>
    /// <exception cref="NotSupportedException">It uses what .NET cannot say.</exception>
    public string Translate()
    {
        while (_at < expression.Length)
        {
            var c = expression[_at];
            switch (c)
            {
                case '\\':
                    Atom(Escape(inClass: false));
                    break;
                case '[':
                    _at++;
                    Atom(new OnigurumaClass(this).Read());
                    break;
                case '(':
                    Open();
                    break;
                case ')':
                    _at++;
                    _atom = _groups.TryPop(out var start) ? start : -1;
                    _output.Append(')');
                    break;
                case '*' or '+' or '?':
                    _at++;
                    Quantify(c.ToString(), possessive: Take('+'), lazy: Take('?'));
                    break;
                case '{':
                    Interval();
                    break;
                case '|':
                    _at++;
                    _atom = -1;
                    _output.Append('|');
                    break;
                default:
                    _at++;
                    Atom(Literal(c));
                    break;
            }
        }

        return _output.ToString();
    }

    /// <summary>The next character is taken if it is this one.</summary>
    public bool Take(char c)
    {
        if (_at >= expression.Length || expression[_at] != c)
            return false;
        _at++;
        return true;
    }

    /// <summary>The next character.</summary>
    /// <exception cref="InvalidDataException">There is none.</exception>
    public char Next() => _at < expression.Length ? expression[_at++]
        : throw CheckpointErrors.Unusable(origin, $"the regular expression '{expression}' ends too early.");

    /// <summary>Whether a text stands here.</summary>
    public bool Stands(string text) => expression.AsSpan(_at).StartsWith(text, StringComparison.Ordinal);

    /// <summary>Passes over characters that were looked at.</summary>
    public void Pass(int characters) => _at += characters;

    /// <summary>A character as .NET writes it.</summary>
    /// <exception cref="NotSupportedException">It is beyond U+FFFF.</exception>
    public string Literal(int c) => c is >= 0xD800 and <= 0xDFFF or > 0xFFFF ? throw Unknown("a character beyond U+FFFF")
        : c > 0x7E || c < ' ' ? Code(c) : char.IsAsciiLetterOrDigit((char)c) || c is ' ' or '_' || "^$.".Contains((char)c, StringComparison.Ordinal) ? ((char)c).ToString() : "\\" + (char)c;

    /// <summary>An escape, in or outside of a class.</summary>
    /// <exception cref="NotSupportedException">It is not known.</exception>
    public string Escape(bool inClass)
    {
        Next();
        var c = Next();
        string Class(string content, bool negated) => inClass ? content : $"[{(negated ? "^" : "")}{content}]";
        switch (c)
        {
            case 'p' or 'P':
                return Property(c == 'P', inClass);
            case 'h':
                return Class("0-9a-fA-F", false);
            case 'w':
                return Class(OnigurumaProperties.Word, false);
            case 'W':
                return inClass ? OnigurumaProperties.NotWord : Class(OnigurumaProperties.Word, true);
            case 'R' when !inClass:
                return @"(?>\r\n|[\n-\r\u0085\u2028\u2029])";
            case 'x' or 'u':
                return Literal(Hexadecimal(c));
            case 's' or 'S' or 'd' or 'D' or 'n' or 'r' or 't' or 'f' or 'v' or 'a' or 'e':
                return "\\" + c;
            case 'b' or 'B' or 'A' or 'z' or 'Z' or 'G' when !inClass:
                return "\\" + c;
            default:
                return char.IsAsciiLetterOrDigit(c) ? throw Unknown("\\" + c) : Literal(c) is [var same] && "^$.".Contains(same, StringComparison.Ordinal) ? "\\" + same : Literal(c);
        }
    }

    /// <summary>What is not known of an expression.</summary>
    public NotSupportedException Unknown(string what) => new($"{origin}: the regular expression '{expression}' uses {what}, which is not known here.");

    private static string Code(int c) => "\\u" + c.ToString("X4", CultureInfo.InvariantCulture);

    private void Atom(string text)
    {
        _atom = _output.Length;
        _output.Append(text);
    }

    private string Property(bool negated, bool inClass)
    {
        string name;
        if (Take('{'))
        {
            negated ^= Take('^');
            var end = expression.IndexOf('}', _at);
            if (end < 0)
                throw CheckpointErrors.Unusable(origin, $"the regular expression '{expression}' ends too early.");
            name = expression[_at..end];
            _at = end + 1;
        }
        else
        {
            name = Next().ToString();
        }

        var content = OnigurumaProperties.Find(name, negated) ?? throw Unknown($"the property '{name}'");
        return inClass ? content : $"[{content}]";
    }

    private int Hexadecimal(char kind)
    {
        string digits;
        if (kind == 'x' && Take('{'))
        {
            var end = expression.IndexOf('}', _at);
            digits = end < 0 ? "" : expression[_at..end];
            _at = end < 0 ? _at : end + 1;
        }
        else
        {
            var length = Math.Min(kind == 'u' ? 4 : 2, expression.Length - _at);
            digits = expression.Substring(_at, length);
            _at += length;
        }

        return digits.Length is > 0 and <= 6 && int.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value) ? value
            : throw CheckpointErrors.Unusable(origin, $"the regular expression '{expression}' has a character code '{digits}'; expected hexadecimal digits.");
    }

    private void Open()
    {
        _groups.Push(_output.Length);
        _at++;
        _output.Append('(');
        if (!Take('?'))
            return;
        _output.Append('?');
        if (Stands("~") || Stands("("))
            throw Unknown("the group (?" + Next());
        while (_at < expression.Length && (char.IsAsciiLetter(expression[_at]) || expression[_at] == '-'))
        {
            var option = Next();
            if (option is not ('i' or 'm' or 'x' or '-'))
                throw Unknown($"the option {option}");
            _output.Append(option == 'm' ? 's' : option);
        }

        if (Take('#'))
            throw Unknown("a comment");
        if (_at < expression.Length && expression[_at] is ':' or '=' or '!' or '>')
            _output.Append(Next());
        else if (Take('<'))
            Look();
    }

    /// <summary>(?&lt;= and (?&lt;! stay; names of groups are left out.</summary>
    private void Look()
    {
        if (Stands("=") || Stands("!"))
        {
            _output.Append('<').Append(Next());
            return;
        }

        while (Next() != '>')
        {
        }

        _output.Append(':');
    }

    private void Interval()
    {
        var end = expression.IndexOf('}', _at);
        var parts = end < 0 ? [] : expression[(_at + 1)..end].Split(',');
        if (_atom < 0 || parts.Length is 0 or > 2 || !Array.TrueForAll(parts, p => p.All(char.IsAsciiDigit)) || Array.TrueForAll(parts, p => p.Length == 0))
        {
            _at++;
            Atom("\\{");
            return;
        }

        _at = end + 1;
        var least = parts[0].Length == 0 ? "0" : parts[0];
        Quantify("{" + (parts.Length == 1 ? least : least + "," + parts[1]) + "}", possessive: false, lazy: Take('?'));
    }

    private void Quantify(string quantifier, bool possessive, bool lazy)
    {
        _output.Append(quantifier);
        if (lazy)
            _output.Append('?');
        if (_atom < 0)
            return;
        _output.Insert(_atom, possessive ? "(?>" : "(?:").Append(')'); // a further quantifier is of the whole
    }
}
