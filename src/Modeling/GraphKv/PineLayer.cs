using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>One layer's keys and values under PINE: the segments', before rotation and turned to their places, and those of question and answer.</summary>
internal sealed class PineLayer : IDisposable
{
    /// <summary>The segments' keys before rotation, turned, and values, each [KeyHeads, S, d]; null before the first pass.</summary>
    public (Tensor Raw, Tensor Keys, Tensor Values)? Segments { get; private set; }

    /// <summary>Keys, turned, and values of question and answer so far, each [KeyHeads, L, d]; null where there are none.</summary>
    public (Tensor Keys, Tensor Values)? Own { get; private set; }

    /// <summary>Bytes in use.</summary>
    public long Bytes => All.Sum(t => t.numel() * t.element_size());

    private IEnumerable<Tensor> All =>
    [
        .. Segments is { } s ? new[] { s.Raw, s.Keys, s.Values } : [],
        .. Own is { } o ? new[] { o.Keys, o.Values } : [],
    ];

    /// <summary>Keeps the segments'.</summary>
    public void Keep(Tensor raw, Tensor keys, Tensor values) => Segments = (Kept(raw), Kept(keys), Kept(values));

    /// <summary>Adds tokens of question or answer.</summary>
    public void Append(Tensor keys, Tensor values)
    {
        var before = Own;
        Own = before is not { } b ? (Kept(keys), Kept(values)) : (cat([b.Keys, keys], 1).DetachFromDisposeScope(), cat([b.Values, values], 1).DetachFromDisposeScope());
        before?.Keys.Dispose();
        before?.Values.Dispose();
    }

    /// <summary>Forgets tokens beyond a number; the segments too, if none are left.</summary>
    public void Truncate(int count)
    {
        if (count == 0)
        {
            Dispose();
        }
        else if (Own is { } own && own.Keys.shape[1] > count)
        {
            Own = (Kept(own.Keys.narrow(1, 0, count)), Kept(own.Values.narrow(1, 0, count)));
            own.Keys.Dispose();
            own.Values.Dispose();
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var tensor in All)
            tensor.Dispose();
        (Segments, Own) = (null, null);
    }

    private static Tensor Kept(Tensor x) => x.clone().contiguous().DetachFromDisposeScope();
}
