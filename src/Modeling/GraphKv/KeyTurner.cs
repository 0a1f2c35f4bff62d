using ML.Extensions.Positions;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>Turns stored keys to the positions at which they are seen. Layers without rotary positions keep theirs.</summary>
/// <param name="spec">The network.</param>
internal sealed class KeyTurner(TransformerSpec spec)
{
    /// <summary>Keys of every layer turned, each a tensor of its own, outside of any scope.</summary>
    /// <param name="keys">[KeyHeads, n, d] a layer.</param>
    /// <param name="offset">Position of the first token.</param>
    public Tensor[] Turn(Tensor[] keys, int offset)
    {
        using var scope = NewDisposeScope();
        var tables = new Dictionary<PositionEncoding.Rotary, RotaryTable>();
        return [.. keys.Select((k, n) => Turn(k, n, offset, tables).DetachFromDisposeScope())];
    }

    /// <summary>One layer's keys turned, [KeyHeads, n, d]; owned by the current scope.</summary>
    public Tensor Turn(Tensor keys, int layer, int offset) => Turn(keys, layer, offset, []);

    private Tensor Turn(Tensor keys, int layer, int offset, Dictionary<PositionEncoding.Rotary, RotaryTable> tables)
    {
        if (spec.Blocks[layer].Attention.Positions is not PositionEncoding.Rotary rotary)
            return keys.alias();
        if (!tables.TryGetValue(rotary, out var table))
        {
            float[] positions = [.. Enumerable.Range(offset, (int)keys.shape[1]).Select(p => (float)p)];
            tables.Add(rotary, table = rotary.Table(positions, 1, keys.device, keys.dtype));
        }

        return table.ApplyHeads(keys, rotary.Interleaved);
    }
}
