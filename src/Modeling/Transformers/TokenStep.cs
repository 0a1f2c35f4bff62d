using ML.Extensions.Kernels;

namespace ML.Extensions.Transformers;

/// <summary>
/// One new token of one sequence on its way through a decoder in float32 on the CPU, on our own kernels: what a decoding step of
/// libtorch spends between operators costs more than the operators themselves.
/// </summary>
internal sealed unsafe class TokenStep : IDisposable
{
    private readonly KvCache _cache;
    private readonly int _slot;
    private readonly List<NativeArray<float>> _memory = [];
    private readonly Dictionary<PositionEncoding.Rotary, (float[] Cos, float[] Sin)> _turns = [];
    private NativeArray<float>? _heads, _wide;

    /// <summary>A step of a sequence, whose position the cache has noted.</summary>
    public TokenStep(TransformerSpec spec, KvCache cache, int slot)
    {
        (_cache, _slot) = (cache, slot);
        State = Take(spec.Width).Pointer;
        Normed = Take(spec.Width).Pointer;
        Part = Take(spec.Width).Pointer;
    }

    /// <summary>The residual, [D].</summary>
    public float* State { get; }

    /// <summary>Input of a part, [D].</summary>
    public float* Normed { get; }

    /// <summary>Output of a part, [D].</summary>
    public float* Part { get; }

    /// <summary>What one layer holds of the sequence.</summary>
    public LayerCache Layer(int layer) => _cache.Layer(_slot, layer);

    /// <summary>Memory for queries, keys and values, and behind them for the mixed values.</summary>
    public float* Heads(int length)
    {
        if (_heads is null || _heads.Length < length)
            _heads = Take(length);
        return _heads.Pointer;
    }

    /// <summary>Memory for the feed-forward part.</summary>
    public float* Wide(int length)
    {
        if (_wide is null || _wide.Length < length)
            _wide = Take(length);
        return _wide.Pointer;
    }

    /// <summary>Turns heads [heads, d] by the token's position; see <see cref="Positions.RotaryTable.Apply"/>.</summary>
    public void Turn(PositionEncoding.Rotary rotary, float* x, int heads, int d)
    {
        if (!_turns.TryGetValue(rotary, out var turn))
            _turns.Add(rotary, turn = Angles(rotary));
        fixed (float* cosines = turn.Cos, sines = turn.Sin)
            RotaryRow.Turn(x, heads, d, cosines, sines, turn.Cos.Length, rotary.Interleaved);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var memory in _memory)
            memory.Dispose();
    }

    private (float[] Cos, float[] Sin) Angles(PositionEncoding.Rotary rotary)
    {
        var frequencies = rotary.Config.At(_cache.Length(_slot));
        var (position, factor) = (_cache.Positions(_slot)[^1], (float)frequencies.AttentionFactor);
        var angles = Array.ConvertAll(frequencies.InverseFrequencies, f => position * (float)f);
        return (Array.ConvertAll(angles, a => MathF.Cos(a) * factor), Array.ConvertAll(angles, a => MathF.Sin(a) * factor));
    }

    private NativeArray<float> Take(int length)
    {
        var memory = new NativeArray<float>(length);
        _memory.Add(memory);
        return memory;
    }
}
