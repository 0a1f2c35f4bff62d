using System.Buffers;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Finds added tokens in a text: leftmost, and the longest of those that start there. One that is not a single word but
/// should be is passed over as a whole. White space that a token's flags take belongs to its range.
/// </summary>
internal sealed class AddedTokenMatcher
{
    private readonly Dictionary<string, AddedToken>.AlternateLookup<ReadOnlySpan<char>> _tokens;
    private readonly int[] _lengths; // longest first
    private readonly SearchValues<string> _contents;

    /// <summary>Takes tokens with the contents to look for, which differ from the tokens' own where text is normalised.</summary>
    public AddedTokenMatcher(IEnumerable<(string Content, AddedToken Token)> tokens)
    {
        var known = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        foreach (var (content, token) in tokens.Where(t => t.Content.Length > 0))
            known.TryAdd(content, token);
        _tokens = known.GetAlternateLookup<ReadOnlySpan<char>>();
        _lengths = [.. known.Keys.Select(k => k.Length).Distinct().OrderDescending()];
        _contents = SearchValues.Create([.. known.Keys], StringComparison.Ordinal);
    }

    /// <summary>Next match at or after a place.</summary>
    /// <param name="text">The text, whose ends count as ends of words.</param>
    /// <param name="at">Where to look from; then where to look from next.</param>
    /// <param name="taken">End of the match before: white space up to here is taken.</param>
    /// <param name="match">Range and id.</param>
    public bool TryNext(ReadOnlySpan<char> text, ref int at, int taken, out (int Start, int End, int Id) match)
    {
        while (at < text.Length && text[at..].IndexOfAny(_contents) is >= 0 and var skipped)
        {
            var start = at + skipped;
            var (length, token) = LongestAt(text[start..]);
            var end = at = start + length;
            if (token.SingleWord && (EndsInWord(text[..start]) || StartsInWord(text[end..])))
                continue;
            while (token.LeftStrip && start > taken && char.IsWhiteSpace(text[start - 1]))
                start--;
            while (token.RightStrip && end < text.Length && char.IsWhiteSpace(text[end]))
                end++;
            match = (Math.Max(start, taken), end, token.Id);
            return true;
        }

        match = default;
        return false;
    }

    private (int Length, AddedToken Token) LongestAt(ReadOnlySpan<char> text)
    {
        foreach (var length in _lengths)
            if (length <= text.Length && _tokens.TryGetValue(text[..length], out var token))
                return (length, token);
        throw new InvalidOperationException("No added token starts where the search found one.");
    }

    private static bool EndsInWord(ReadOnlySpan<char> text) =>
        Rune.DecodeLastFromUtf16(text, out var rune, out _) == OperationStatus.Done && BertCharacters.IsWord(rune);

    private static bool StartsInWord(ReadOnlySpan<char> text) =>
        Rune.DecodeFromUtf16(text, out var rune, out _) == OperationStatus.Done && BertCharacters.IsWord(rune);
}
