namespace ML.Extensions.Tokenization;

/// <summary>Merges that wait: the lowest rank first, the leftmost of equal ones. A heap with four children a node.</summary>
internal sealed class MergeQueue
{
    private ulong[] _items = new ulong[64]; // rank in the upper half, place in the lower

    /// <summary>Merges that wait.</summary>
    public int Count { get; private set; }

    public void Push(int rank, int place)
    {
        if (Count == _items.Length)
            Array.Resize(ref _items, Count * 2);
        var item = ((ulong)(uint)rank << 32) | (uint)place;
        var at = Count++;
        for (; at > 0 && _items[(at - 1) / 4] > item; at = (at - 1) / 4)
            _items[at] = _items[(at - 1) / 4];
        _items[at] = item;
    }

    /// <summary>Takes the first one; there must be one.</summary>
    public (int Rank, int Place) Pop()
    {
        var first = _items[0];
        var item = _items[--Count];
        var at = 0;
        for (var child = 1; child < Count; child = (at * 4) + 1)
        {
            var least = child;
            for (var other = child + 1; other < Math.Min(child + 4, Count); other++)
                if (_items[other] < _items[least])
                    least = other;
            if (_items[least] >= item)
                break;
            _items[at] = _items[least];
            at = least;
        }

        _items[at] = item;
        return ((int)(first >> 32), (int)first);
    }
}
