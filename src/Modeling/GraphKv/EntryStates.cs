using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Keys and values of one entry in every layer, keys before rotation. Keys turned to an offset are made once for all
/// readers at that offset, and can be dropped.
/// </summary>
/// <param name="keys">A layer each: [KeyHeads, n, d], contiguous; owned.</param>
/// <param name="values">A layer each, likewise.</param>
internal sealed class EntryStates(Tensor[] keys, Tensor[] values) : IDisposable
{
    private readonly Dictionary<int, Tensor[]> _turned = [];
    private readonly Lock _gate = new();

    /// <summary>
    /// States in one block of memory. Layer by layer, they were made among what a pass needs for itself; left there, they would keep holes
    /// between them, and the process several times the cache's budget.
    /// </summary>
    /// <param name="keys">A layer each; disposed.</param>
    /// <param name="values">A layer each; disposed.</param>
    public static EntryStates Together(IReadOnlyList<Tensor> keys, IReadOnlyList<Tensor> values)
    {
        var block = OneBlock([.. keys, .. values]);
        return new(block[..keys.Count], block[keys.Count..]);
    }

    /// <summary>Number of layers.</summary>
    public int Layers => keys.Length;

    /// <summary>Tokens n.</summary>
    public int Count => (int)keys[0].shape[1];

    /// <summary>Readers at work; it must not be disposed before they end.</summary>
    public int Users { get; set; }

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes { get; } = Size(keys) + Size(values);

    /// <summary>Bytes of turned copies.</summary>
    public long TurnedBytes
    {
        get
        {
            lock (_gate)
                return _turned.Values.Sum(Size);
        }
    }

    /// <summary>Keys of a layer before rotation.</summary>
    public Tensor Keys(int layer) => keys[layer];

    /// <summary>Values of a layer.</summary>
    public Tensor Values(int layer) => values[layer];

    /// <summary>Keys of every layer, turned as if the first token stood at an offset.</summary>
    public Tensor[] Turned(int offset, KeyTurner turner)
    {
        lock (_gate)
        {
            if (!_turned.TryGetValue(offset, out var turned))
                _turned.Add(offset, turned = OneBlock(turner.Turn(keys, offset)));
            return turned;
        }
    }

    /// <summary>Frees the turned copies.</summary>
    public void DropTurned()
    {
        lock (_gate)
        {
            foreach (var tensor in _turned.Values.SelectMany(t => t))
                tensor.Dispose();
            _turned.Clear();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        DropTurned();
        foreach (var tensor in keys.Concat(values))
            tensor.Dispose();
    }

    private static Tensor[] OneBlock(Tensor[] tensors)
    {
        using var scope = NewDisposeScope();
        var whole = cat([.. tensors.Select(t => t.reshape(-1))]);
        var at = 0L;
        var parts = Array.ConvertAll(tensors, t =>
        {
            var part = whole.narrow(0, at, t.numel()).view(t.shape);
            at += t.numel();
            return part.DetachFromDisposeScope();
        });
        foreach (var tensor in tensors)
            tensor.Dispose();
        return parts;
    }

    private static long Size(Tensor[] tensors) => tensors.Sum(t => t.numel() * t.element_size());
}
