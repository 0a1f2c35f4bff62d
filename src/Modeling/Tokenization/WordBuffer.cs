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

    public void Clear() => Length = 0;

    /// <summary>Gives the units from a place to the end another range.</summary>
    public void SetRange(int from, (int Start, int End) range)
    {
        _starts.AsSpan(from, Length - from).Fill(range.Start);
        _ends.AsSpan(from, Length - from).Fill(range.End);
    }

    public void Push(char c, int start, int end)
    {
        if (Length == _chars.Length)
        {
            Array.Resize(ref _chars, Length * 2);
            Array.Resize(ref _starts, Length * 2);
            Array.Resize(ref _ends, Length * 2);
        }

        _chars[Length] = c;
        _starts[Length] = start;
        _ends[Length++] = end;
    }
}
