namespace ML.Extensions.Tokenization;

/// <summary>Finds added tokens in a text: leftmost, and the longest of those that start there.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly AddedToken[] _tokens;
    private readonly System.Buffers.SearchValues<char> _firsts;

    public AddedTokenMatcher(IReadOnlyList<AddedToken> tokens)
    {
        _tokens = [.. tokens.Where(t => t.Content.Length > 0).OrderByDescending(t => t.Content.Length)];
        var firsts = _tokens.SelectMany(t => t.Normalized
            ? [char.ToLowerInvariant(t.Content[0]), char.ToUpperInvariant(t.Content[0])]
            : new[] { t.Content[0] });
        _firsts = System.Buffers.SearchValues.Create([.. firsts.Distinct()]);
    }

    /// <summary>Ranges in the text, with the white space that a token's flags take.</summary>
    public IEnumerable<(int Start, int End, int Id)> Matches(string text)
    {
        var done = 0;
        for (var at = 0; at < text.Length;)
        {
            var next = text.AsSpan(at).IndexOfAny(_firsts);
            if (next < 0)
                yield break;
            at += next;
            var token = At(text, at);
            if (token is null)
            {
                at++;
                continue;
            }

            var (start, end) = (at, at + token.Content.Length);
            while (token.LeftStrip && start > done && char.IsWhiteSpace(text[start - 1]))
                start--;
            while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
            yield return (start, end, token.Id);
            at = done = end;
        }
    }

    private AddedToken? At(string text, int at)
    {
        foreach (var token in _tokens)
        {
            var n = token.Content.Length;
            var comparison = token.Normalized ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            if (string.Compare(text, at, token.Content, 0, n, comparison) != 0 || at + n > text.Length)
                continue;
            var inWord = (at > 0 && IsWord(text[at - 1])) || (at + n < text.Length && IsWord(text[at + n]));
            if (!token.SingleWord || !inWord)
                return token;
        }

        return null;
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
