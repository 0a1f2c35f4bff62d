using ML.Extensions.Encoders;
using ML.Extensions.Transformers;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Segments of one readout under PINE, and what the network made of them: with P tokens of prefix and E = P + all segments' tokens, each
/// segment stands at E less its length, all ends together, question and answer from E on.
/// </summary>
internal sealed class PineContext : IDisposable
{
    private readonly PineLayer[] _layers;
    private readonly Func<int, KeyBlock?> _prefix;

    /// <summary>Prepares the layers.</summary>
    /// <param name="layout">A layout with <see cref="PlanLayout.Reordered"/>.</param>
    /// <param name="held">The prefix, if there is one.</param>
    /// <param name="turner">Turns its keys.</param>
    /// <param name="spec">The network.</param>
    /// <exception cref="NotSupportedException">Its positions are not rotary, or it has sliding layers.</exception>
    public PineContext(PlanLayout layout, IReadOnlyDictionary<EntryKey, EntryStates> held, KeyTurner turner, TransformerSpec spec)
    {
        if (spec.Embedding.Positions is not null || spec.Blocks.Any(b => b.Attention is { Reach: not null } or { Positions: not (null or PositionEncoding.Rotary) }))
            throw new NotSupportedException($"{spec.Family}: PINE moves segments for each query, which needs rotary positions and no sliding layers. Use another plan.");
        (Segments, End) = (layout.Reordered!, layout.QuestionOffset);
        Starts = [.. Segments.Select((_, n) => Segments.Take(n).Sum(s => s.Length))];
        var prefix = layout.Links.SingleOrDefault();
        _prefix = layer => prefix is null ? null : KeyBlock.Of(held[prefix.Source.Key], layer, prefix.Offset, turner);
        _layers = [.. Enumerable.Range(0, spec.Layers).Select(_ => new PineLayer())];
    }

    /// <summary>Tokens of each segment.</summary>
    public IReadOnlyList<int[]> Segments { get; }

    /// <summary>First row of each segment among all their rows.</summary>
    public int[] Starts { get; }

    /// <summary>E.</summary>
    public int End { get; }

    /// <summary>Tokens of all segments.</summary>
    public int Count => Segments.Sum(s => s.Length);

    /// <summary>Bytes of keys and values.</summary>
    public long Bytes => _layers.Sum(l => l.Bytes);

    /// <summary>Position of each of a segment's tokens before any order, [n].</summary>
    public int[] Positions(int segment) => [.. Enumerable.Range(End - Segments[segment].Length, Segments[segment].Length)];

    /// <summary>What is kept of a layer.</summary>
    public PineLayer Layer(int layer) => _layers[layer];

    /// <summary>The prefix's keys and values; null is no prefix.</summary>
    public KeyBlock? Prefix(int layer) => _prefix(layer);

    /// <summary>All segments, the question's tokens behind.</summary>
    public PackedTokens With(PackedTokens question) => new([.. Segments.SelectMany(s => s), .. question.Ids], [Count + question.Ids.Length])
    {
        Positions = [.. Enumerable.Range(0, Segments.Count).SelectMany(Positions).Select(p => (float)p), .. question.Positions!],
    };

    /// <summary>Forgets question and answer tokens beyond a number; the segments too, if none are left.</summary>
    public void Truncate(int count) => Array.ForEach(_layers, l => l.Truncate(count));

    /// <inheritdoc/>
    public void Dispose() => Array.ForEach(_layers, l => l.Dispose());
}
