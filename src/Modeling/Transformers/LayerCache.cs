using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// Keys and values of one sequence in one layer, in buffers that at least double when they are full. A sliding layer keeps
/// only what later tokens see.
/// </summary>
/// <param name="reach">Tokens before a query that it sees; null is all.</param>
internal sealed class LayerCache(int? reach) : IDisposable
{
    private const int LeastCapacity = 64;

    private Tensor? _keys, _values; // [KeyHeads, capacity, d]

    /// <summary>Tokens held.</summary>
    public int Count { get; private set; }

    /// <summary>Tokens of the sequence that stand before the first held one.</summary>
    public int Dropped { get; private set; }

    /// <summary>Keys held, [KeyHeads, Count, d]: a view, gone with the next <see cref="Append"/>.</summary>
    public Tensor Keys => (_keys ?? throw Empty()).narrow(1, 0, Count);

    /// <summary>Values held, in the same way.</summary>
    public Tensor Values => (_values ?? throw Empty()).narrow(1, 0, Count);

    /// <summary>Bytes of both buffers.</summary>
    public long Bytes => _keys is null ? 0 : 2 * _keys.numel() * _keys.element_size();

    /// <summary>Adds tokens behind those held.</summary>
    /// <param name="keys">[KeyHeads, L, d].</param>
    /// <param name="values">[KeyHeads, L, d].</param>
    /// <param name="expected">Tokens that are to be held in the end, if that is known: room for them is made at once.</param>
    public void Append(Tensor keys, Tensor values, int expected = 0)
    {
        using var scope = NewDisposeScope();
        var added = (int)keys.shape[1];
        if (_keys is null || Count + added > _keys.shape[1])
            MakeRoom(keys, Math.Max(added, expected - Count));
        _keys!.narrow(1, Count, added).copy_(keys);
        _values!.narrow(1, Count, added).copy_(values);
        Count += added;
    }

    /// <summary>Makes room for one token behind those held and counts it in; its key and value are the caller's to write.</summary>
    /// <param name="heads">KeyHeads.</param>
    /// <param name="d">Width of a head.</param>
    /// <returns>Keys and values of the first held token, and floats between heads; float32 on the CPU. Gone with the next append.</returns>
    public unsafe (nint Keys, nint Values, long HeadStep) AppendRow(int heads, int d)
    {
        if (_keys is null || Count + 1 > _keys.shape[1])
        {
            using var scope = NewDisposeScope();
            MakeRoom(empty(heads, 1, d), 1);
        }

        Count++;
        fixed (byte* keys = _keys!.bytes)
        fixed (byte* values = _values!.bytes)
            return ((nint)keys, (nint)values, _keys.shape[1] * d); // native memory: it does not move
    }

    /// <summary>Forgets tokens from the end.</summary>
    /// <param name="count">Tokens of the sequence that stay, dropped ones included.</param>
    /// <exception cref="InvalidOperationException">A sliding layer has dropped tokens that would be seen again.</exception>
    public void Truncate(int count)
    {
        if (count >= Dropped + Count)
            return;
        if (Dropped > 0 && count - Dropped < reach)
            throw new InvalidOperationException($"The cache cannot go back to {count} tokens: a sliding layer has dropped the first {Dropped}.");
        Count = count - Dropped;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _keys?.Dispose();
        _values?.Dispose();
        (_keys, _values, Count) = (null, null, 0);
    }

    /// <summary>New buffers with what is still seen.</summary>
    private void MakeRoom(Tensor like, int added)
    {
        var kept = Math.Min(Count, reach ?? Count);
        var capacity = Math.Max(LeastCapacity, Math.Max(kept + added, 2 * kept));
        var (heads, d) = (like.shape[0], like.shape[2]);
        Tensor Moved(Tensor? old)
        {
            var moved = empty([heads, capacity, d], like.dtype, like.device);
            if (old is not null && kept > 0)
                moved.narrow(1, 0, kept).copy_(old.narrow(1, Count - kept, kept));
            old?.Dispose();
            return moved.DetachFromDisposeScope();
        }

        (_keys, _values) = (Moved(_keys), Moved(_values));
        Dropped += Count - kept;
        Count = kept;
    }

    private static InvalidOperationException Empty() => new("The cache holds nothing yet.");
}
