using System.Runtime.InteropServices;
using ML.Extensions.Devices;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// A product with weights in few bits on the CPU. A few rows go through our own kernel, whose time is that of reading the
/// weights; for many rows the weights are decoded piece by piece for libtorch's product. Sums are float32 in both.
/// </summary>
/// <param name="matrix">[outputs, inputs]; owned from here on unless <paramref name="shared"/>.</param>
/// <param name="bias">[outputs] or null; owned from here on.</param>
/// <param name="shared">Whether somebody else releases the matrix.</param>
internal sealed class CompactProjection(CompactMatrix matrix, Tensor? bias, bool shared = false) : Projection
{
    /// <summary>Rows from which decoding pays.</summary>
    private const int ManyRows = 12;

    /// <summary>Weights decoded at once, about.</summary>
    private const int PieceWeights = 1 << 22;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x)
    {
        using var scope = NewDisposeScope();
        var rows = x.shape[0];
        var y = rows < ManyRows ? Few(x.contiguous(), (int)rows) : Many(x);
        return (bias is null ? y : y.AddHeld(bias)).MoveToOuterDisposeScope();
    }

    /// <inheritdoc/>
    public override long Bytes => shared ? 0 : matrix.Bytes;

    /// <inheritdoc/>
    public override bool HasRow => true;

    /// <inheritdoc/>
    public override unsafe void Row(float* x, float* y)
    {
        matrix.Multiply(x, 1, y);
        AddBias(y, bias);
    }

    /// <summary>Adds a bias to a row.</summary>
    public static unsafe void AddBias(float* y, Tensor? bias)
    {
        if (bias is null)
            return;
        var values = MemoryMarshal.Cast<byte, float>(bias.bytes);
        for (var n = 0; n < values.Length; n++)
            y[n] += values[n];
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (!shared)
            matrix.Dispose();
        bias?.Dispose();
    }

    private static unsafe float* Pointer(Tensor tensor)
    {
        fixed (byte* first = tensor.bytes)
            return (float*)first; // native memory: it does not move
    }

    private unsafe Tensor Few(Tensor x, int rows)
    {
        var y = empty(rows, matrix.Outputs);
        if (rows > 0)
            matrix.Multiply(Pointer(x), rows, Pointer(y));
        return y;
    }

    private unsafe Tensor Many(Tensor x)
    {
        var piece = Math.Clamp(PieceWeights / matrix.Inputs / 64 * 64, 64, matrix.Outputs);
        var parts = new List<Tensor>();
        using var weights = empty(piece, matrix.Inputs);
        for (var first = 0; first < matrix.Outputs; first += piece)
        {
            var count = Math.Min(piece, matrix.Outputs - first);
            matrix.Decode(first, count, Pointer(weights));
            parts.Add(FastLinear.Pays ? PackedProducts.Multiply(x, weights.narrow(0, 0, count), null) : nn.functional.linear(x, weights.narrow(0, 0, count)));
        }

        return parts.Count == 1 ? parts[0] : cat(parts, 1);
    }
}
