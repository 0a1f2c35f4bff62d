namespace ML.Extensions.Transformers;

/// <summary>
/// Keys and values of some sequences in all layers of a decoder. Each sequence has its own length. Not for several threads
/// at once.
/// </summary>
internal sealed class KvCache : IDisposable
{
    private readonly LayerCache[][] _layers; // [sequence][layer]
    private readonly List<float>[] _positions;

    /// <summary>An empty cache.</summary>
    /// <param name="spec">The decoder's network.</param>
    /// <param name="sequences">Number of sequences.</param>
    /// <param name="turned">
    /// Whether keys are stored turned by their positions, the fast way. Otherwise they are stored as they are and turned at
    /// each use, so that positions and frequencies may change under them.
    /// </param>
    public KvCache(TransformerSpec spec, int sequences, bool turned = true)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(sequences, 1);
        Turned = turned;
        _layers = [.. Enumerable.Range(0, sequences).Select(_ => spec.Blocks.Select(b => new LayerCache(b.Attention.Reach)).ToArray())];
        _positions = [.. Enumerable.Range(0, sequences).Select(_ => new List<float>())];
    }

    /// <summary>Number of sequences.</summary>
    public int Sequences => _layers.Length;

    /// <summary>Whether keys are stored turned by their positions.</summary>
    public bool Turned { get; }

    /// <summary>Bytes of all buffers.</summary>
    public long Bytes => _layers.Sum(s => s.Sum(l => l.Bytes));

    /// <summary>Tokens of a sequence so far.</summary>
    public int Length(int sequence) => _positions[sequence].Count;

    /// <summary>What one layer holds of one sequence.</summary>
    public LayerCache Layer(int sequence, int layer) => _layers[sequence][layer];

    /// <summary>Positions of a sequence's tokens so far, [Length].</summary>
    public List<float> Positions(int sequence) => _positions[sequence];

    /// <summary>Notes the positions of tokens that a pass is about to append to every layer.</summary>
    public void Begin(int sequence, ReadOnlySpan<float> positions) => _positions[sequence].AddRange(positions);

    /// <summary>Forgets a sequence's tokens from the end.</summary>
    /// <param name="sequence">Which.</param>
    /// <param name="count">Tokens that stay.</param>
    /// <exception cref="InvalidOperationException">A sliding layer has dropped tokens that would be seen again.</exception>
    public void Truncate(int sequence, int count)
    {
        foreach (var layer in _layers[sequence])
            layer.Truncate(count);
        if (count < _positions[sequence].Count)
            _positions[sequence].RemoveRange(count, _positions[sequence].Count - count);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var layer in _layers.SelectMany(l => l))
            layer.Dispose();
    }
}
