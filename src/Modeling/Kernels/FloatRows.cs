namespace ML.Extensions.Kernels;

/// <summary>Float32 weights of somebody else under the products of <see cref="CompactMatrix"/>.</summary>
/// <param name="weights">[N, K]; must outlive this.</param>
/// <param name="outputs">N.</param>
/// <param name="inputs">K.</param>
internal sealed unsafe class FloatRows(float* weights, int outputs, int inputs) : CompactMatrix(outputs, inputs)
{
    /// <inheritdoc/>
    public override long Bytes => 0;

    /// <inheritdoc/>
    public override float Dot(int n, float* x, float* prepared) => Dot(weights + ((long)n * Inputs), x, Inputs);

    /// <inheritdoc/>
    public override void Decode(int n, float* row) => new ReadOnlySpan<float>(weights + ((long)n * Inputs), Inputs).CopyTo(new(row, Inputs));

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
    }
}
