namespace ML.Extensions.Tokenization;

/// <summary>A text while it is cut: its units with their places, and its pieces so far. For one thread.</summary>
internal sealed class PieceText
{
    private readonly List<(int Start, int End)> _matches = [];
    private List<(int Start, int End)> _pieces = [];
    private List<(int Start, int End)> _spare = [];
    private WordBuffer _changed = new();
    private WordBuffer _unused = new();
    private ReadOnlyMemory<char> _original;
    private int _first;
    private bool _isOriginal;

    /// <summary>The pieces, from left to right.</summary>
    public IReadOnlyList<(int Start, int End)> Pieces => _pieces;

    /// <summary>The text that the pieces are ranges of.</summary>
    public AlignedText Text => _isOriginal ? new(_original.Span, _first) : _changed.Text;

    /// <summary>Starts with a part of the original text.</summary>
    public void Start(ReadOnlyMemory<char> part, int first)
    {
        (_original, _first, _isOriginal) = (part, first, true);
        StartPieces(part.Length);
    }

    /// <summary>Starts with a changed text.</summary>
    public void Start(AlignedText text)
    {
        _changed.Clear();
        _changed.Append(text);
        _isOriginal = false;
        StartPieces(text.Length);
    }

    /// <summary>Splits each piece where a pattern matches. Empty pieces are dropped.</summary>
    /// <param name="pattern">What to look for.</param>
    /// <param name="behavior">What becomes of the matches.</param>
    /// <param name="invert">The matches are the pieces, what is between them the places where the text is split.</param>
    public void Split(TextPattern pattern, SplitBehavior behavior, bool invert = false)
    {
        _spare.Clear();
        if (pattern.CoversAll && behavior == SplitBehavior.Isolated && _pieces is [(0, var all)])
        {
            pattern.Find(Text.Chars[..all], _spare);
            (_pieces, _spare) = (_spare, _pieces);
            return;
        }

        var splitter = new PieceSplitter(_spare, behavior);
        foreach (var (start, end) in _pieces)
        {
            _matches.Clear();
            pattern.Find(Text.Chars[start..end], _matches);
            splitter.Begin();
            var done = 0;
            foreach (var (from, to) in _matches)
            {
                if (done < from)
                    splitter.Add(start + done, start + from, invert);
                splitter.Add(start + from, start + to, !invert);
                done = to;
            }

            if (done < end - start)
                splitter.Add(start + done, end, invert);
            splitter.Complete();
        }

        (_pieces, _spare) = (_spare, _pieces);
    }

    /// <summary>Replaces each piece by the ranges that a function appends, relative to the text.</summary>
    public void Cut(Action<PieceText, (int Start, int End), List<(int Start, int End)>> cut)
    {
        _spare.Clear();
        foreach (var piece in _pieces)
            cut(this, piece, _spare);
        (_pieces, _spare) = (_spare, _pieces);
    }

    /// <summary>Writes each piece anew.</summary>
    public void Rewrite(PieceWriter write)
    {
        _spare.Clear();
        _unused.Clear();
        foreach (var (start, end) in _pieces)
        {
            var from = _unused.Length;
            write(Text.Slice(start, end), _unused);
            if (_unused.Length > from)
                _spare.Add((from, _unused.Length));
        }

        (_pieces, _spare) = (_spare, _pieces);
        (_changed, _unused, _isOriginal) = (_unused, _changed, false);
    }

    private void StartPieces(int length)
    {
        _pieces.Clear();
        if (length > 0)
            _pieces.Add((0, length));
    }
}
