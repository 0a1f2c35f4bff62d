namespace ML.Extensions.Tokenization;

/// <summary>A prepared text; each unit knows where in the original it starts, and ends where the next one starts.</summary>
internal sealed class SentencePieceBuffer
{
    private char[] _units = new char[256];
    private int[] _origins = new int[257];

    /// <summary>Units so far.</summary>
    public int Length { get; set; }

    public ReadOnlySpan<char> Units => _units.AsSpan(0, Length);

    /// <summary>Start of each unit in the original.</summary>
    public ReadOnlySpan<int> Starts => _origins.AsSpan(0, Length);

    /// <summary>End of each unit in the original.</summary>
    public ReadOnlySpan<int> Ends => _origins.AsSpan(1, Length);

    public void Push(char unit, int origin)
    {
        if (Length == _units.Length)
        {
            Array.Resize(ref _units, Length * 2);
            Array.Resize(ref _origins, (Length * 2) + 1);
        }

        _units[Length] = unit;
        _origins[Length++] = origin;
    }

    /// <summary>Says where the last unit ends.</summary>
    public void Close(int end) => _origins[Length] = end;
}
