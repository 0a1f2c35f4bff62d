namespace ML.Extensions.Tokenization;

/// <summary>A piece while its symbols are merged: the pair of the lowest rank first, the leftmost of equal ones. For one thread.</summary>
internal sealed class BpeWord
{
    private const int Short = 48;
    private int[] _ids = new int[64];
    private int[] _ends = new int[64]; // bytes up to each symbol's end
    private long[] _pairs = new long[64]; // what each symbol and the next one merge to
    private int[] _next = [];
    private int[] _previous = [];

    /// <summary>Symbols, after <see cref="Merge"/> tokens.</summary>
    public int Count { get; private set; }

    public ReadOnlySpan<int> Ids => _ids.AsSpan(0, Count);

    /// <summary>Bytes up to each symbol's end.</summary>
    public ReadOnlySpan<int> Ends => _ends.AsSpan(0, Count);

    public void Clear() => Count = 0;

    /// <summary>Appends a symbol of so many bytes.</summary>
    public void Add(int id, int bytes)
    {
        if (Count == _ids.Length)
        {
            Array.Resize(ref _ids, Count * 2);
            Array.Resize(ref _ends, Count * 2);
            Array.Resize(ref _pairs, Count * 2);
        }

        _ids[Count] = id;
        _ends[Count] = (Count == 0 ? 0 : _ends[Count - 1]) + bytes;
        Count++;
    }

    /// <summary>Merges until no pair is left.</summary>
    public void Merge(BpeMerges merges)
    {
        for (var i = 0; i + 1 < Count; i++)
            _pairs[i] = merges.Find(_ids[i], _ids[i + 1]);
        if (Count <= Short)
            MergeShort(merges);
        else
            MergeLong(merges);
    }

    /// <summary>Looks for the best pair among all, and closes the gap.</summary>
    private void MergeShort(BpeMerges merges)
    {
        while (Count > 1)
        {
            var (best, at) = (long.MaxValue, -1);
            for (var i = 0; i < Count - 1; i++)
                if (_pairs[i] < best)
                    (best, at) = (_pairs[i], i);
            if (at < 0)
                return;
            _ids[at] = (int)best;
            var moved = Count - at - 2;
            _ends.AsSpan(at + 1, moved + 1).CopyTo(_ends.AsSpan(at));
            _ids.AsSpan(at + 2, moved).CopyTo(_ids.AsSpan(at + 1));
            _pairs.AsSpan(at + 2, moved).CopyTo(_pairs.AsSpan(at + 1));
            Count--;
            if (at > 0)
                _pairs[at - 1] = merges.Find(_ids[at - 1], _ids[at]);
            if (at + 1 < Count)
                _pairs[at] = merges.Find(_ids[at], _ids[at + 1]);
        }
    }

    /// <summary>Takes the best pair from a heap; symbols are a linked list.</summary>
    private void MergeLong(BpeMerges merges)
    {
        Link();
        var queue = new MergeQueue();
        for (var i = 0; i + 1 < Count; i++)
            if (_pairs[i] != long.MaxValue)
                queue.Push((int)(_pairs[i] >> 32), i);
        while (queue.Count > 0)
        {
            var (rank, at) = queue.Pop();
            var right = _next[at];
            if (_ids[at] < 0 || right < 0 || merges.Find(_ids[at], _ids[right]) is var pair && pair >> 32 != rank)
                continue;
            _ids[at] = (int)pair;
            _ends[at] = _ends[right];
            _ids[right] = -1;
            _next[at] = _next[right];
            if (_next[at] >= 0)
                _previous[_next[at]] = at;
            Offer(merges, queue, _previous[at], at);
            Offer(merges, queue, at, _next[at]);
        }

        var kept = 0;
        for (var i = 0; i >= 0; i = _next[i])
            (_ids[kept], _ends[kept++]) = (_ids[i], _ends[i]);
        Count = kept;
    }

    private void Offer(BpeMerges merges, MergeQueue queue, int left, int right)
    {
        if (left >= 0 && right >= 0 && merges.Find(_ids[left], _ids[right]) is var pair && pair != long.MaxValue)
            queue.Push((int)(pair >> 32), left);
    }

    private void Link()
    {
        if (_next.Length < Count)
            (_next, _previous) = (new int[_ids.Length], new int[_ids.Length]);
        for (var i = 0; i < Count; i++)
            (_next[i], _previous[i]) = (i + 1 < Count ? i + 1 : -1, i - 1);
    }
}
