using ML.Extensions.Devices;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>Entries of a readout that stay apart: each a block of keys, so that segments can be weighed and measured.</summary>
internal sealed class ReadoutBlocks
{
    private readonly KeyBlock[][] _blocks; // [layer][link]
    private readonly int?[] _segments;
    private readonly double[]? _sums;
    private long _measured;

    /// <summary>Prepares the blocks; their tensors belong to the entries' states.</summary>
    public ReadoutBlocks(
        IReadOnlyList<EntryLink> links, IReadOnlyDictionary<EntryKey, EntryStates> held, KeyTurner turner, Temper? temper, int layers, bool shares)
    {
        Temper = temper;
        _segments = [.. links.Select(l => l.Segment)];
        _sums = shares ? new double[links.Count] : null;
        _blocks = new KeyBlock[layers][];
        TorchThreads.RunWide(() =>
        {
            for (var n = 0; n < layers; n++)
                _blocks[n] = [.. links.Select(l => KeyBlock.Of(held[l.Source.Key], n, l.Offset, turner))];
        });
    }

    /// <summary>Changed weight of the segments; null is none.</summary>
    public Temper? Temper { get; }

    /// <summary>Whether shares are measured.</summary>
    public bool Measures => _sums is not null;

    /// <summary>The blocks of a layer, in canonical order.</summary>
    public IReadOnlyList<KeyBlock> Layer(int layer) => _blocks[layer];

    /// <summary>Whether a block is a segment's; the prefix is none.</summary>
    public bool IsSegment(int block) => _segments[block] is not null;

    /// <summary>Mean share of each segment so far; null where none is measured.</summary>
    public IReadOnlyDictionary<int, double>? Shares => _sums is null ? null
        : _segments.Zip(_sums).Where(s => s.First is not null).GroupBy(s => s.First!.Value)
            .ToDictionary(g => g.Key, g => g.Sum(s => s.Second) / Math.Max(1, _measured));

    /// <summary>Notes what the last query gave each block in one layer.</summary>
    /// <param name="parts">Sums of each block, in the blocks' order, [H, L].</param>
    /// <param name="total">Sums over everything, [H, L].</param>
    public void Measure(IReadOnlyList<Tensor> parts, Tensor total)
    {
        using var scope = NewDisposeScope();
        for (var i = 0; i < parts.Count; i++)
            _sums![i] += parts[i].Minus(total).exp_().select(1, -1).mean().item<float>();
        _measured++;
    }
}
