namespace ML.Extensions.Tokenization;

/// <summary>
/// The regular expressions of GPT-2 and of cl100k, Llama 3 and Qwen 2, by hand: every character belongs to a match.
/// </summary>
/// <param name="gpt2">GPT-2's rules; else those of cl100k.</param>
/// <param name="digits">Most digits of a match, with cl100k's rules.</param>
internal sealed class ScannerPattern(bool gpt2, int digits) : TextPattern
{
    /// <inheritdoc/>
    public override bool CoversAll => true;

    /// <inheritdoc/>
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        for (var at = 0; at < text.Length;)
        {
            var end = gpt2 ? Gpt2(text, at) : Cl100k(text, at);
            matches.Add((at, end));
            at = end;
        }
    }

    private static int Gpt2(ReadOnlySpan<char> text, int at)
    {
        if (text[at] == '\'' && Contraction(text, at, ignoreCase: false) is > 0 and var end)
            return end;
        var first = at + (text[at] == ' ' && at + 1 < text.Length ? 1 : 0);
        var kind = LetterKinds.At(text, first, out _);
        return kind == LetterKind.Blank ? Blanks(text, at) : Run(text, first, kind);
    }

    private int Cl100k(ReadOnlySpan<char> text, int at)
    {
        var c = text[at];
        if (c == '\'' && Contraction(text, at, ignoreCase: true) is > 0 and var end)
            return end;
        var kind = LetterKinds.At(text, at, out var used);
        if (kind == LetterKind.Letter)
            return Run(text, at, kind);
        if (kind == LetterKind.Number)
            return Numbers(text, at);
        var next = at + used < text.Length ? LetterKinds.At(text, at + used, out _) : LetterKind.Blank;
        if (next == LetterKind.Letter && c is not ('\r' or '\n'))
            return Run(text, at + used, LetterKind.Letter);
        if (kind == LetterKind.Other || (c == ' ' && next == LetterKind.Other))
        {
            end = Run(text, kind == LetterKind.Other ? at : at + 1, LetterKind.Other);
            while (end < text.Length && text[end] is '\r' or '\n')
                end++;
            return end;
        }

        end = Run(text, at, LetterKind.Blank);
        return text[at..end].LastIndexOfAny('\r', '\n') is >= 0 and var last ? at + last + 1 : Blanks(text, at);
    }

    /// <summary>A run of blanks, without its last one if a word follows.</summary>
    private static int Blanks(ReadOnlySpan<char> text, int at)
    {
        var end = Run(text, at, LetterKind.Blank);
        return end < text.Length && end - at > 1 ? end - 1 : end;
    }

    private static int Run(ReadOnlySpan<char> text, int at, LetterKind kind)
    {
        while (at < text.Length && LetterKinds.At(text, at, out var used) == kind)
            at += used;
        return at;
    }

    private int Numbers(ReadOnlySpan<char> text, int at)
    {
        for (var n = 0; n < digits && at < text.Length && LetterKinds.At(text, at, out var used) == LetterKind.Number; n++)
            at += used;
        return at;
    }

    /// <summary>End of 's, 't, 're, 've, 'm, 'll or 'd; 0 if none stands here.</summary>
    private static int Contraction(ReadOnlySpan<char> text, int at, bool ignoreCase)
    {
        var first = Letter(text, at + 1, ignoreCase);
        if (first is 's' or 't' or 'm' or 'd')
            return at + 2;
        return (first, Letter(text, at + 2, ignoreCase)) is ('r', 'e') or ('v', 'e') or ('l', 'l') ? at + 3 : 0;
    }

    private static char Letter(ReadOnlySpan<char> text, int at, bool ignoreCase)
    {
        var c = at < text.Length ? text[at] : '\0';
        if (!ignoreCase)
            return c;
        return c == '\u017F' ? 's' : char.IsAsciiLetterUpper(c) ? (char)(c | 0x20) : c; // U+017F is a long s
    }
}
