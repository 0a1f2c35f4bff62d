namespace ML.Extensions.Tokenization;

/// <summary>Growing arrays of ids and offsets.</summary>
internal sealed class TokenBuffer(int capacity)
{
    private int[] _ids = new int[Math.Max(16, capacity)];
    private int[] _starts = new int[Math.Max(16, capacity)];
    private int[] _ends = new int[Math.Max(16, capacity)];

    /// <summary>Tokens so far; may be set lower to drop the last ones.</summary>
    public int Count { get; set; }

    public void Add(int id, int start, int end)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, Count * 2);
            Array.Resize(ref _starts, Count * 2);
            Array.Resize(ref _ends, Count * 2);
        }

        _ids[Count] = id;
        _starts[Count] = start;
        _ends[Count++] = end;
    }

    /// <summary>Moves the last token's end.</summary>
    public void ExtendLast(int end) => _ends[Count - 1] = end;

    public TokenizedText ToText() => new(_ids[..Count], _starts[..Count], _ends[..Count]);
}
