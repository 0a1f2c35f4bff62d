using System.Globalization;
using System.Text;

namespace ML.Extensions.Generation;

/// <summary>Texts in quotes, with Python's escapes.</summary>
internal static class QuotedText
{
    /// <summary>Reads from the first quote to behind the last.</summary>
    /// <exception cref="TemplateError">It does not end, or an escape is cut short.</exception>
    public static string Read(string source, ref int at, ref int line)
    {
        var (quote, start, text) = (source[at++], line, new StringBuilder());
        while (at < source.Length)
        {
            var c = source[at++];
            if (c == quote)
                return text.ToString();
            line += c == '\n' ? 1 : 0;
            if (c != '\\')
                text.Append(c);
            else if (at < source.Length)
                Escape(source, ref at, ref line, text);
        }

        throw new TemplateError(start, $"a text in quotes does not end: there is no second {quote}.");
    }

    private static void Escape(string source, ref int at, ref int line, StringBuilder text)
    {
        var c = source[at++];
        const string letters = "abfnrtv\\'\"", meanings = "\a\b\f\n\r\t\v\\'\"";
        if (letters.IndexOf(c, StringComparison.Ordinal) is >= 0 and var n)
            text.Append(meanings[n]);
        else if (c == '\n')
            line++; // a line that goes on
        else if (c is 'x' or 'u' or 'U')
            AppendCode(Digits(source, ref at, c == 'x' ? 2 : c == 'u' ? 4 : 8, line), line, text);
        else if (c is >= '0' and <= '7')
        {
            var code = c - '0';
            for (var i = 0; i < 2 && at < source.Length && source[at] is >= '0' and <= '7'; i++)
                code = (code * 8) + source[at++] - '0';
            AppendCode(code, line, text);
        }
        else
            text.Append('\\').Append(c);
    }

    private static int Digits(string source, ref int at, int count, int line)
    {
        if (at + count > source.Length || !uint.TryParse(source.AsSpan(at, count), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var code) || code > 0x10FFFF)
            throw new TemplateError(line, $"an escape in a text in quotes needs {count} hexadecimal digits of a character.");
        at += count;
        return (int)code;
    }

    private static void AppendCode(int code, int line, StringBuilder text)
    {
        if (code is >= 0xD800 and <= 0xDFFF)
            throw new TemplateError(line, "an escape in a text in quotes means half a character.");
        text.Append(char.ConvertFromUtf32(code));
    }
}
