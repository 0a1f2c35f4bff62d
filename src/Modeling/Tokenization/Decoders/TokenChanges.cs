using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>The decoders that change each token by itself.</summary>
internal static class TokenChanges
{
    private static readonly (string From, string To)[] Blanks =
    [
        (" .", "."), (" ?", "?"), (" !", "!"), (" ,", ","), (" ' ", "'"), (" n't", "n't"), (" 'm", "'m"),
        (" do not", " don't"), (" 's", "'s"), (" 've", "'ve"), (" 're", "'re"),
    ];

    /// <summary>Blanks before punctuation go, as the library's clean-up does it.</summary>
    public static string Cleanup(string text)
    {
        foreach (var (from, to) in Blanks)
            text = text.Replace(from, to, StringComparison.Ordinal);
        return text;
    }

    /// <summary>WordPiece: a blank before each token that has no prefix.</summary>
    public static TokenwiseDecoder WordPiece(string prefix, bool cleanup) => new((token, place, _) =>
    {
        if (place > 0)
            token = token.StartsWith(prefix, StringComparison.Ordinal) ? token[prefix.Length..] : " " + token;
        return cleanup ? Cleanup(token) : token;
    });

    /// <summary>Metaspace: replacements become blanks; in the first token they go, if one may have been put there.</summary>
    public static TokenwiseDecoder Metaspace(string replacement, string scheme) => new((token, place, _) =>
        token.Replace(replacement, place == 0 && scheme != "never" ? "" : " ", StringComparison.Ordinal));

    /// <summary>BPEDecoder: the suffix of words becomes a blank.</summary>
    public static TokenwiseDecoder Suffix(string suffix) => new((token, place, count) =>
        suffix.Length == 0 ? token : token.Replace(suffix, place == count - 1 ? "" : " ", StringComparison.Ordinal));

    /// <summary>Replace: what a pattern matches becomes a text.</summary>
    public static TokenwiseDecoder Replace(TextPattern pattern, string content) => new((token, _, _) =>
    {
        var matches = new List<(int Start, int End)>();
        pattern.Find(token, matches);
        var (text, done) = (new StringBuilder(), 0);
        foreach (var (start, end) in matches)
        {
            text.Append(token, done, start - done).Append(content);
            done = end;
        }

        return matches.Count == 0 ? token : text.Append(token, done, token.Length - done).ToString();
    });

    /// <summary>Strip: so many times a character at the start and at the end.</summary>
    public static TokenwiseDecoder Strip(string content, int start, int stop) => new((token, _, _) =>
    {
        var (from, to) = (0, token.Length);
        for (var i = 0; i < start && token.AsSpan(from, to - from).StartsWith(content, StringComparison.Ordinal); i++)
            from += content.Length;
        for (var i = 0; i < stop && token.AsSpan(from, to - from).EndsWith(content, StringComparison.Ordinal); i++)
            to -= content.Length;
        return token[from..to];
    });
}
