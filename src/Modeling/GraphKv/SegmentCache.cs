namespace ML.Extensions.GraphKv;

/// <summary>
/// Entries by their key: in memory up to a budget, the least recently used leave first; on disk without a limit, if there is
/// a folder. Safe for several threads. Entries that somebody reads stay, even beyond the budget.
/// </summary>
/// <param name="memoryBytes">Budget in memory, turned copies included; those go first.</param>
/// <param name="folder">Where entries are kept on disk; null is nowhere.</param>
internal sealed class SegmentCache(long memoryBytes = 1L << 30, SegmentFolder? folder = null) : IDisposable
{
    private readonly Dictionary<EntryKey, LinkedListNode<(Entry Entry, EntryStates States)>> _entries = [];
    private readonly LinkedList<(Entry Entry, EntryStates States)> _order = []; // most recently used first
    private readonly Lock _gate = new();

    /// <summary>What happened so far.</summary>
    public SegmentCounters Counters { get; private set; } = new();

    /// <summary>Bytes in memory now.</summary>
    public long Bytes
    {
        get
        {
            lock (_gate)
                return _order.Sum(e => e.States.Bytes + e.States.TurnedBytes);
        }
    }

    /// <summary>An entry's states, from memory or disk, for a reader who calls <see cref="Release"/>; null if they must be computed.</summary>
    public EntryStates? Take(Entry entry, ModelIdentity model)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(entry.Key, out var node) && node.Value.Entry.Ids.AsSpan().SequenceEqual(entry.Ids)) // a hash is no proof
            {
                _order.Remove(node);
                _order.AddFirst(node);
                Counters = Counters with { MemoryHits = Counters.MemoryHits + 1, TokensReused = Counters.TokensReused + entry.Ids.Length };
                return Used(node.Value.States);
            }

            var read = folder?.Read(entry, model);
            if (read is { Rejected: true })
                Counters = Counters with { Rejected = Counters.Rejected + 1 };
            if (read?.States is not { } states)
            {
                Counters = Counters with { Misses = Counters.Misses + 1, TokensComputed = Counters.TokensComputed + entry.Ids.Length };
                return null;
            }

            Counters = Counters with
            {
                DiskHits = Counters.DiskHits + 1,
                TokensReused = Counters.TokensReused + entry.Ids.Length,
                BytesRead = Counters.BytesRead + states.Bytes,
            };
            return Hold(entry, states);
        }
    }

    /// <summary>Keeps states that were computed, and gives those to read: what another thread was faster with stays.</summary>
    public EntryStates Add(Entry entry, EntryStates states, ModelIdentity model)
    {
        lock (_gate)
        {
            if (_entries.TryGetValue(entry.Key, out var node) && node.Value.Entry.Ids.AsSpan().SequenceEqual(entry.Ids))
            {
                states.Dispose();
                return Used(node.Value.States);
            }

            if (folder is not null)
            {
                var written = folder.Write(entry, states, model);
                Counters = written < 0
                    ? Counters with { WriteFailures = Counters.WriteFailures + 1 }
                    : Counters with { BytesWritten = Counters.BytesWritten + written };
            }

            return Hold(entry, states);
        }
    }

    /// <summary>Ends readings, and frees what is beyond the budget.</summary>
    public void Release(IEnumerable<EntryStates> states)
    {
        lock (_gate)
        {
            foreach (var used in states)
                used.Users--;
            Shrink();
        }
    }

    /// <summary>Frees what nobody reads.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            foreach (var (_, states) in _order)
                states.Dispose();
            _order.Clear();
            _entries.Clear();
        }
    }

    private static EntryStates Used(EntryStates states)
    {
        states.Users++;
        return states;
    }

    private EntryStates Hold(Entry entry, EntryStates states)
    {
        if (_entries.Remove(entry.Key, out var other)) // another text under the same key: the newer one stays
        {
            _order.Remove(other);
            if (other.Value.States.Users == 0)
                other.Value.States.Dispose();
        }

        _entries.Add(entry.Key, _order.AddFirst((entry, states)));
        return Used(states);
    }

    private void Shrink()
    {
        var bytes = _order.Sum(e => e.States.Bytes + e.States.TurnedBytes);
        for (var node = _order.Last; node is not null && bytes > memoryBytes; node = node.Previous)
        {
            if (node.Value.States is { Users: 0, TurnedBytes: > 0 and var turned } states)
            {
                states.DropTurned();
                bytes -= turned;
            }
        }

        for (var node = _order.Last; node is not null && bytes > memoryBytes;)
        {
            var (entry, states) = node.Value;
            var next = node.Previous;
            if (states.Users == 0)
            {
                bytes -= states.Bytes;
                _order.Remove(node);
                _entries.Remove(entry.Key);
                states.Dispose();
                Counters = Counters with { Evictions = Counters.Evictions + 1 };
            }

            node = next;
        }
    }
}
