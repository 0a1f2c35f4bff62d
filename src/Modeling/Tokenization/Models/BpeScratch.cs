namespace ML.Extensions.Tokenization;

/// <summary>What a thread needs to cut a piece.</summary>
internal sealed class BpeScratch
{
    private int[] _starts = []; // of each byte: first unit of its character
    private int[] _ends = []; // and the first unit after it

    /// <summary>The piece's symbols.</summary>
    public BpeWord Word { get; } = new();

    /// <summary>The piece's tokens.</summary>
    public List<WordToken> Tokens { get; } = [];

    /// <summary>Turns the word's ends, in UTF-8 bytes of the piece, into tokens; one of a part of a character has the whole one's place.</summary>
    public void Place(ReadOnlySpan<char> piece)
    {
        var count = Map(piece);
        var start = 0;
        for (var i = 0; i < Word.Count; i++)
        {
            var end = Word.Ends[i];
            if (end > count) // of affixes that stand for bytes: they have no place of their own
                end = count;
            start = Math.Min(start, count - 1);
            Tokens.Add(new(Word.Ids[i], _starts[start], _ends[Math.Max(end - 1, start)]));
            start = end;
        }
    }

    private int Map(ReadOnlySpan<char> piece)
    {
        if (_starts.Length < piece.Length * 3)
            (_starts, _ends) = (new int[piece.Length * 3], new int[piece.Length * 3]);
        var count = 0;
        for (var at = 0; at < piece.Length;)
        {
            Utf8.At(piece, at, out var bytes, out var units);
            for (; bytes > 0; bytes--)
                (_starts[count], _ends[count++]) = (at, at + units);
            at += units;
        }

        return count;
    }
}
