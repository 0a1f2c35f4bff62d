using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Finds added tokens in a text: leftmost, and the longest of those that start there.</summary>
internal sealed class AddedTokenMatcher
{
    private readonly AddedToken[] _tokens;
    private readonly System.Buffers.SearchValues<char> _firsts;

    private readonly WordPieceOptions _options;
    private readonly Dictionary<AddedToken, string> _normalized;

    public AddedTokenMatcher(WordPieceOptions options)
    {
        _options = options;
        _tokens = [.. options.AddedTokens.Where(t => t.Content.Length > 0).OrderByDescending(t => t.Content.Length)];
        _normalized = _tokens.Where(t => t.Normalized).ToDictionary(t => t, t => Normalize(t.Content));
        _firsts = System.Buffers.SearchValues.Create([.. _tokens.Select(t => t.Content[0]).Distinct()]);
    }

    /// <summary>Ranges in the text, with the white space that a token's flags take.</summary>
    public IEnumerable<(int Start, int End, int Id)> Matches(string text)
    {
        var done = 0;
        for (var at = 0; at < text.Length;)
        {
            var next = _normalized.Count > 0 ? 0 : text.AsSpan(at).IndexOfAny(_firsts);
            if (next < 0)
                yield break;
            at += next;
            var (token, end) = At(text, at);
            if (token is null)
            {
                at++;
                continue;
            }

            var start = at;
            while (token.LeftStrip && start > done && char.IsWhiteSpace(text[start - 1]))
                start--;
            while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
            yield return (start, end, token.Id);
            at = done = end;
        }
    }

    private (AddedToken? Token, int End) At(string text, int at)
    {
        foreach (var token in _tokens)
        {
            var end = token.Normalized ? NormalizedEnd(text, at, _normalized[token])
                : text.AsSpan(at).StartsWith(token.Content, StringComparison.Ordinal) ? at + token.Content.Length : -1;
            if (end < 0)
                continue;
            var inWord = (at > 0 && IsWord(text[at - 1])) || (end < text.Length && IsWord(text[end]));
            if (!token.SingleWord || !inWord)
                return (token, end);
        }

        return (null, at);
    }

    /// <summary>Where the text from <paramref name="at"/> on, normalised, has given the whole content; -1 if it differs.</summary>
    private int NormalizedEnd(string text, int at, string content)
    {
        var word = new WordNormalizer(_options);
        for (var end = at; word.Length < content.Length;)
        {
            if (end >= text.Length || !Rune.TryGetRuneAt(text, end, out var rune))
                return -1;
            word.Append(rune, end);
            end += rune.Utf16SequenceLength;
            if (word.Length == 0 || !content.AsSpan().StartsWith(word.Chars, StringComparison.Ordinal))
                return -1;
            if (word.Length == content.Length)
                return end;
        }

        return -1;
    }

    private string Normalize(string content)
    {
        var word = new WordNormalizer(_options);
        foreach (var rune in content.EnumerateRunes())
            word.Append(rune, 0);
        return word.Chars.ToString();
    }

    private static bool IsWord(char c) => char.IsLetterOrDigit(c) || c == '_';
}
