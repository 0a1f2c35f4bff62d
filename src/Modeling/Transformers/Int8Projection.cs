using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A product of bytes on the CPU: weights scaled by output, inputs by row; see <see cref="Int8Linear"/>.</summary>
/// <param name="linear">The weights; owned from here on.</param>
/// <param name="bias">[outputs] or null; owned from here on.</param>
internal sealed unsafe class Int8Projection(Int8Linear linear, Tensor? bias) : Projection
{
    /// <summary>Rows of a block: its sums stay in the second-level cache.</summary>
    private const int BlockRows = 32;

    /// <inheritdoc/>
    public override long Bytes => linear.Weights.Bytes;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var rows = (int)x.shape[0];
        var input = x.contiguous();
        var y = empty(rows, linear.Weights.Outputs);
        fixed (byte* from = input.bytes)
        fixed (byte* to = y.bytes)
        {
            var (source, target) = ((nint)from, (nint)to);
            CoreTeam.Deal(get_num_threads(), (rows + BlockRows - 1) / BlockRows, (_, block) =>
                Run((float*)source, (float*)target, block * BlockRows, Math.Min(BlockRows, rows - (block * BlockRows))));
        }

        return (bias is null ? y : y.AddHeld(bias)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        linear.Dispose();
        bias?.Dispose();
    }

    private void Run(float* x, float* y, int first, int rows)
    {
        var (inputs, outputs) = (linear.Weights.Inputs, linear.Weights.Outputs);
        using var bytes = new ByteRows(rows, inputs);
        using var sums = new NativeArray<int>((long)bytes.Rows * linear.Weights.PaddedOutputs);
        for (var r = 0; r < rows; r++)
            bytes.Set(r, x + ((long)(first + r) * inputs), inputs);
        var products = linear.Multiply(bytes, rows, sums, 0, outputs);
        for (var r = 0; r < rows; r++)
            linear.Finish(bytes, r, products, 0, outputs, y + ((long)(first + r) * outputs));
    }
}
