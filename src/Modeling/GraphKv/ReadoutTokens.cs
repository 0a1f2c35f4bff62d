using ML.Extensions.Generation;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>A readout as a source of next tokens: one sequence.</summary>
/// <param name="readout">The readout; stays the caller's.</param>
internal sealed class ReadoutTokens(GraphKvReadout readout) : ITokenSource
{
    /// <inheritdoc/>
    public int Sequences => 1;

    /// <inheritdoc/>
    public int Room(int sequence) => Math.Max(0, readout.Room);

    /// <inheritdoc/>
    public Tensor Append(IReadOnlyList<int> sequences, IReadOnlyList<int[]> ids, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return readout.Append(ids[0]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
    }
}
