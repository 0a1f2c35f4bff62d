namespace ML.Extensions.Tokenization;

/// <summary>UTF-16 units with their ranges in the original text. Without ranges, unit i stands at first + i there.</summary>
internal readonly ref struct AlignedText
{
    private readonly int _first;

    /// <summary>Part of the original text, unchanged.</summary>
    public AlignedText(ReadOnlySpan<char> chars, int first)
    {
        Chars = chars;
        _first = first;
    }

    /// <summary>A changed text: unit i has the range starts[i] to ends[i].</summary>
    public AlignedText(ReadOnlySpan<char> chars, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends)
    {
        Chars = chars;
        Starts = starts;
        Ends = ends;
    }

    public ReadOnlySpan<char> Chars { get; }

    /// <summary>Start of each unit; empty if the text is unchanged.</summary>
    public ReadOnlySpan<int> Starts { get; }

    /// <summary>End of each unit; empty if the text is unchanged.</summary>
    public ReadOnlySpan<int> Ends { get; }

    public int Length => Chars.Length;

    /// <summary>Where a unit starts in the original.</summary>
    public int Start(int unit) => Starts.IsEmpty ? _first + unit : Starts[unit];

    /// <summary>Where the unit before a place ends in the original.</summary>
    public int End(int place) => Ends.IsEmpty ? _first + place : Ends[place - 1];

    public AlignedText Slice(int from, int to) => Starts.IsEmpty ? new(Chars[from..to], _first + from)
        : new(Chars[from..to], Starts[from..to], Ends[from..to]);
}
