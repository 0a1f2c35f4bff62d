namespace ML.Extensions.Tokenization;

/// <summary>Normalised UTF-16 units, each with its range in the original text.</summary>
internal sealed class WordBuffer
{
    private char[] _chars = new char[128];
    private int[] _starts = new int[128];
    private int[] _ends = new int[128];

    /// <summary>Units so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    public ReadOnlySpan<int> Starts => _starts.AsSpan(0, Length);

    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Length);

    public AlignedText Text => new(Chars, Starts, Ends);

    public void Clear() => Length = 0;

    /// <summary>Gives the units from a place to the end another range.</summary>
    public void SetRange(int from, (int Start, int End) range)
    {
        _starts.AsSpan(from, Length - from).Fill(range.Start);
        _ends.AsSpan(from, Length - from).Fill(range.End);
    }

    /// <summary>Appends units with their ranges. The two units of a pair share a range.</summary>
    public void Append(AlignedText text)
    {
        var (from, size) = (Length, text.Length);
        if (from + size > _chars.Length)
            Grow(from + size);
        Length += size;
        text.Chars.CopyTo(_chars.AsSpan(from));
        if (!text.Starts.IsEmpty)
        {
            text.Starts.CopyTo(_starts.AsSpan(from));
            text.Ends.CopyTo(_ends.AsSpan(from));
            return;
        }

        for (var i = 0; i < size; i++)
        {
            var c = text.Chars[i];
            var low = char.IsLowSurrogate(c) && i > 0 && char.IsHighSurrogate(text.Chars[i - 1]);
            var high = char.IsHighSurrogate(c) && i + 1 < size && char.IsLowSurrogate(text.Chars[i + 1]);
            _starts[from + i] = text.Start(i) - (low ? 1 : 0);
            _ends[from + i] = text.Start(i) + (high ? 2 : 1);
        }
    }

    public void Push(char c, int start, int end)
    {
        if (Length == _chars.Length)
            Grow(Length + 1);

        _chars[Length] = c;
        _starts[Length] = start;
        _ends[Length++] = end;
    }

    private void Grow(int size)
    {
        size = Math.Max(size, _chars.Length * 2);
        Array.Resize(ref _chars, size);
        Array.Resize(ref _starts, size);
        Array.Resize(ref _ends, size);
    }
}
