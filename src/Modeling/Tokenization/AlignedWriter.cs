namespace ML.Extensions.Tokenization;

/// <summary>
/// Writes a changed text with the ranges that the tokenizers library gives: new characters take the old ones' ranges one
/// by one, further ones that of the old character before; an old character without a new one is passed over after the
/// new character before it. Without one before it, nothing is passed over and later ranges lag behind, as they do there.
/// </summary>
internal ref struct AlignedWriter(AlignedText text, WordBuffer output)
{
    private readonly AlignedText _text = text;
    private readonly WordBuffer _output = output;
    private readonly int _first = output.Length;
    private int _read; // old unit that is looked at
    private int _lag; // old unit whose range comes next
    private int _added = -1; // first unit of an added character at the output's end

    /// <summary>Keeps a character of one or two units.</summary>
    public void Keep(int units)
    {
        var (start, end) = NextRange();
        for (var i = 0; i < units; i++)
            _output.Push(_text.Chars[_read++], start, end);
        _added = -1;
    }

    /// <summary>Keeps a run of characters of one unit.</summary>
    public void KeepRun(int units)
    {
        if (_lag == _read)
        {
            _output.Append(_text.Slice(_read, _read + units));
            (_read, _lag, _added) = (_read + units, _lag + units, -1);
            return;
        }

        for (; units > 0; units--)
            Keep(1);
    }

    /// <summary>Writes a replacement for a part of the text.</summary>
    public void Replace(ReadOnlySpan<char> part, ReadOnlySpan<char> replacement)
    {
        _read += part.Length;
        var old = Characters(part);
        for (var at = 0; at < replacement.Length; old--)
        {
            Utf8.At(replacement, at, out _, out var units);
            _added = old > 0 ? -1 : _output.Length;
            var (start, end) = old > 0 ? NextRange() : PreviousRange();
            for (; units > 0; units--)
                _output.Push(replacement[at++], start, end);
        }

        if (old > 0)
            Remove(old);
    }

    private void Remove(int characters)
    {
        if (_output.Length == _first)
            return;
        for (; characters > 0; characters--)
        {
            var range = NextRange();
            if (_added >= 0)
                _output.SetRange(_added, range);
            _added = -1;
        }
    }

    private (int Start, int End) NextRange()
    {
        if (_lag == _text.Length)
            return PreviousRange();
        Utf8.At(_text.Chars, _lag, out _, out var units);
        var range = (_text.Start(_lag), _text.End(_lag + units));
        _lag += units;
        return range;
    }

    private readonly (int Start, int End) PreviousRange()
    {
        if (_lag == 0)
            return _text.Length == 0 ? (0, 0) : (_text.Start(0), _text.Start(0));
        var from = _lag - 1;
        from -= from > 0 && char.IsSurrogatePair(_text.Chars[from - 1], _text.Chars[from]) ? 1 : 0;
        return (_text.Start(from), _text.End(_lag));
    }

    private static int Characters(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var at = 0; at < text.Length; count++)
        {
            Utf8.At(text, at, out _, out var units);
            at += units;
        }

        return count;
    }
}
