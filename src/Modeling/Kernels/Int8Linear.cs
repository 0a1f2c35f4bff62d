using System.Numerics;
using ML.Extensions.Devices;
using static TorchSharp.torch;

namespace ML.Extensions.Kernels;

/// <summary>y = x · wᵀ + b with bytes on both sides: weights by output, inputs by row. On the calling thread.</summary>
internal sealed unsafe class Int8Linear : IDisposable
{
    private const int RowStep = 32;

    private readonly NativeArray<float> _bias;
    private Tensor? _packed;

    /// <summary>Quantises weights [N, K]; <paramref name="bias"/> is [N], or empty.</summary>
    public Int8Linear(ReadOnlySpan<float> weights, ReadOnlySpan<float> bias, int outputs, int inputs)
    {
        Weights = new(weights, outputs, inputs);
        _bias = new(Weights.PaddedOutputs);
        bias.CopyTo(_bias.Span(0, bias.Length));
    }

    /// <summary>Whether <see cref="MultiplyPacked"/> can be used.</summary>
    public bool IsPacked => _packed is not null;

    /// <summary>The quantised weights.</summary>
    public Int8Matrix Weights { get; }

    /// <summary>Sums of columns [from, to), which are multiples of 32, for all rows of <paramref name="x"/> that are asked for.</summary>
    /// <param name="x">Inputs.</param>
    /// <param name="rows">How many.</param>
    /// <param name="sums">[rows rounded up to four, PaddedOutputs].</param>
    /// <param name="from">First column.</param>
    /// <param name="to">Column behind the last.</param>
    public RowSums Multiply(ByteRows x, int rows, NativeArray<int> sums, int from, int to)
    {
        Int8Product.Run(x.Bytes, rows, Weights, from / Int8Matrix.Panel, (to + Int8Matrix.Panel - 1) / Int8Matrix.Panel, sums.Pointer);
        return new(sums.Pointer, Weights.PaddedOutputs, floats: false);
    }

    /// <summary>Packs the weights once more, for oneDNN's products of about so many rows, if it has them.</summary>
    public void Pack(int rows)
    {
        using var bytes = tensor(Weights.Rows(), [Weights.Outputs, Weights.PaddedInputs], ScalarType.Int8);
        _packed ??= PackedByteProducts.Pack(bytes, rows)?.DetachFromDisposeScope();
    }

    /// <summary>The same sums of all columns by oneDNN, [rows, N] in float32: the caller's. On the threads that the calling thread's torch has.</summary>
    public Tensor MultiplyPacked(ByteRows x, int rows)
    {
        using var first = x.First(Math.Min(x.Rows, (rows + RowStep - 1) / RowStep * RowStep)); // oneDNN makes code for each number of rows
        return PackedByteProducts.Multiply(first, _packed!);
    }

    /// <summary>Columns [from, to) of a row of sums as floats: scale · (sum - zero · Σ q) + bias + outliers; y[0] is column <paramref name="from"/>.</summary>
    public void Finish(ByteRows x, int row, RowSums sums, int from, int to, float* y)
    {
        var (scale, zero) = (x.Scales[row], x.Zeros[row]);
        var q = Weights.Sums;
        var w = Weights.Scales;
        var b = _bias.Pointer;
        var n = from;
        var start = y;
        if (WideRows.Fits(to - from))
        {
            WideRows.Finish(sums.Row(row, from), sums.Floats, q + from, zero, w + from, scale, b + from, to - from, y);
            n = to;
        }

        for (; n <= to - Vector<int>.Count; n += Vector<int>.Count, y += Vector<int>.Count)
        {
            var whole = Vector.ConvertToSingle(sums.Vector(row, n) - (Vector.Load(q + n) * zero));
            Vector.FusedMultiplyAdd(whole, Vector.Load(w + n) * scale, Vector.Load(b + n)).Store(y);
        }

        for (; n < to; n++)
            *y++ = MathF.FusedMultiplyAdd(sums[row, n] - (q[n] * zero), w[n] * scale, b[n]);
        foreach (var (place, missing) in x.Outliers(row))
            Weights.AddColumn(place, missing, from, to, start);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Weights.Dispose();
        _bias.Dispose();
        _packed?.Dispose();
    }
}
