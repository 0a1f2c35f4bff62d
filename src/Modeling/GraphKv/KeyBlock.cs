using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>A stretch of keys and values of one layer that queries go through at once.</summary>
/// <param name="Keys">[KeyHeads, S, d], turned.</param>
/// <param name="Values">[KeyHeads, S, d].</param>
/// <param name="Positions">Position of each key, [S].</param>
/// <param name="OwnFrom">Keys from here on are the reader's own tokens: a query sees those up to its position. S where none is.</param>
internal sealed record KeyBlock(Tensor Keys, Tensor Values, int[] Positions, int OwnFrom)
{
    /// <summary>An entry as seen at an offset.</summary>
    public static KeyBlock Of(EntryStates states, int layer, int offset, KeyTurner turner) =>
        new(states.Turned(offset, turner)[layer], states.Values(layer), [.. Enumerable.Range(offset, states.Count)], states.Count);

    /// <summary>Blocks one behind the other; only the last may have own keys. Copies.</summary>
    public static KeyBlock Joined(IReadOnlyList<KeyBlock> blocks) => blocks.Count == 1 ? blocks[0] : new(
        cat([.. blocks.Select(b => b.Keys)], 1), cat([.. blocks.Select(b => b.Values)], 1), [.. blocks.SelectMany(b => b.Positions)],
        blocks.Take(blocks.Count - 1).Sum(b => b.Positions.Length) + blocks[^1].OwnFrom);
}
