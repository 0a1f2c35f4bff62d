using ML.Extensions.Generation;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>Keeps the first logits that a source gives.</summary>
/// <param name="source">The source; disposed with it.</param>
/// <param name="keep">Whether to.</param>
internal sealed class FirstLogits(ITokenSource source, bool keep) : ITokenSource
{
    /// <summary>The first logits, [V]; null before, or if they are not to be kept.</summary>
    public float[]? Kept { get; private set; }

    /// <inheritdoc/>
    public int Sequences => source.Sequences;

    /// <inheritdoc/>
    public int Room(int sequence) => source.Room(sequence);

    /// <inheritdoc/>
    public Tensor Append(IReadOnlyList<int> sequences, IReadOnlyList<int[]> ids, CancellationToken cancellation)
    {
        var logits = source.Append(sequences, ids, cancellation);
        if (keep && Kept is null)
            Kept = logits.data<float>().ToArray();
        return logits;
    }

    /// <inheritdoc/>
    public void Dispose() => source.Dispose();
}
