namespace ML.Extensions.Tokenization;

/// <summary>Cuts words into the longest pieces of a vocabulary, from the left.</summary>
internal sealed class PieceTable
{
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _words;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _tails;
    private readonly int _longestWord;
    private readonly int _longestTail;
    private readonly int _unknown;
    private readonly int _maxCharacters;

    public PieceTable(Dictionary<string, int> vocabulary, WordPieceOptions options, int unknown)
    {
        var mark = options.ContinuingPrefix;
        var tails = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (piece, id) in vocabulary)
        {
            _longestWord = Math.Max(_longestWord, piece.Length);
            if (piece.Length <= mark.Length || !piece.StartsWith(mark, StringComparison.Ordinal))
                continue;
            tails.Add(piece[mark.Length..], id);
            _longestTail = Math.Max(_longestTail, piece.Length - mark.Length);
        }

        _words = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        _tails = tails.GetAlternateLookup<ReadOnlySpan<char>>();
        _unknown = unknown;
        _maxCharacters = options.MaxCharactersPerWord;
    }

    /// <summary>Appends a word's pieces. Without <paramref name="starts"/>, unit i of the word stands at first + i in the text.</summary>
    public void Cut(ReadOnlySpan<char> word, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, int first, TokenBuffer output)
    {
        if (word.Length == 0)
            return;
        var mark = output.Count;
        var at = 0;
        if (word.Length <= _maxCharacters || Characters(word) <= _maxCharacters)
        {
            while (at < word.Length)
            {
                var end = Longest(word, at, out var id);
                if (end == at)
                    break;
                output.Add(id, starts.IsEmpty ? first + at : starts[at], ends.IsEmpty ? first + end : ends[end - 1]);
                at = end;
            }
        }

        if (at == word.Length)
            return;
        output.Count = mark;
        output.Add(_unknown, starts.IsEmpty ? first : starts[0], ends.IsEmpty ? first + word.Length : ends[^1]);
    }

    private int Longest(ReadOnlySpan<char> word, int at, out int id)
    {
        var (lookup, longest) = at == 0 ? (_words, _longestWord) : (_tails, _longestTail);
        for (var length = Math.Min(word.Length - at, longest); length > 0; length--)
            if (lookup.TryGetValue(word.Slice(at, length), out id))
                return at + length;
        id = 0;
        return at;
    }

    private static int Characters(ReadOnlySpan<char> word)
    {
        var n = 0;
        foreach (var c in word)
            n += char.IsLowSurrogate(c) ? 0 : 1;
        return n;
    }
}
