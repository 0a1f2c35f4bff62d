namespace ML.Extensions.Tokenization;

/// <summary>trim_offsets of ByteLevel and RoBERTa: blanks at a token's ends don't count.</summary>
/// <param name="token">Text of an id.</param>
/// <param name="prefixSpace">A blank was put before the text. It has no place of its own, so the first token's first blank does not count.</param>
internal sealed class OffsetTrimming(Func<int, string?> token, bool prefixSpace)
{
    private static readonly char Blank = ByteAlphabet.Of(' ');

    /// <summary>Moves the tokens' offsets in place.</summary>
    /// <param name="tokens">Tokens of a text.</param>
    /// <param name="added">Places of added tokens, in rising order, and what each matched.</param>
    public void Apply(TokenizedText tokens, IReadOnlyList<(int Index, string Text)> added)
    {
        var next = 0;
        for (var i = 0; i < tokens.Count; i++)
        {
            var text = next < added.Count && added[next].Index == i ? added[next++].Text : token(tokens.Ids[i]);
            if (text is { Length: > 0 } && (IsBlank(text[0]) || IsBlank(text[^1])))
                Trim(tokens, i, text);
        }
    }

    private void Trim(TokenizedText tokens, int i, string text)
    {
        var (leading, trailing) = (0, 0);
        while (leading < text.Length && IsBlank(text[leading]))
            leading++;
        while (trailing < text.Length && IsBlank(text[^(trailing + 1)]))
            trailing++;
        if (leading > 0 && prefixSpace && (i == 0 || tokens.Starts[i] == 0))
            leading--;
        tokens.Starts[i] = Math.Min(tokens.Starts[i] + leading, tokens.Ends[i]);
        var units = text.Length == 1 ? tokens.Ends[i] - tokens.Starts[i] : trailing; // a prefix alone has the next character's range, of one or two units
        if (trailing > 0 && tokens.Ends[i] >= trailing)
            tokens.Ends[i] = Math.Max(tokens.Ends[i] - units, tokens.Starts[i]);
    }

    private static bool IsBlank(char c) => c == Blank || char.IsWhiteSpace(c);
}
