using System.Numerics;
using System.Runtime.CompilerServices;
using TorchSharp;
using static TorchSharp.torch;

namespace ML.Extensions.Kernels;

/// <summary>
/// Rows of floats as unsigned bytes, each row with its own scale and zero point: x ≈ scale · (byte - zero). Nothing is
/// calibrated, and a row's bytes do not depend on the rows beside it. A few values that stand far out do not stretch a row's
/// range: what their bytes miss is kept beside them. After Dettmers et al., LLM.int8(), arXiv 2208.07339.
/// </summary>
internal sealed unsafe class ByteRows : IDisposable
{
    /// <summary>A value stands out beyond so many times the row's root mean square, if no more than <see cref="MostOutliers"/> do.</summary>
    private const float FarOut = 5;

    private const int MostOutliers = 12;

    private readonly Tensor _bytes; // libtorch's memory, so that its products read it
    private readonly float[] _scales;
    private readonly int[] _zeros, _counts;
    private readonly (int Place, float Missing)[] _outliers; // [Rows, MostOutliers]

    /// <summary>Room for <paramref name="rows"/> rows of <paramref name="width"/> bytes, both rounded up to four.</summary>
    public ByteRows(int rows, int width)
    {
        Rows = (rows + Int8Product.RowStep - 1) / Int8Product.RowStep * Int8Product.RowStep;
        Width = (width + 3) / 4 * 4;
        _bytes = torch.zeros([Rows, Width], torch.ScalarType.Byte).DetachFromDisposeScope();
        fixed (byte* first = _bytes.bytes)
            Bytes = first; // native: it stays
        (_scales, _zeros, _counts) = (new float[Rows], new int[Rows], new int[Rows]);
        _outliers = new (int, float)[Rows * MostOutliers];
    }

    /// <summary>Rows there is room for.</summary>
    public int Rows { get; }

    /// <summary>Bytes of a row.</summary>
    public int Width { get; }

    /// <summary>[Rows, Width].</summary>
    public byte* Bytes { get; }

    /// <summary>The first rows as a tensor over the same memory, [count, Width].</summary>
    public Tensor First(int count) => _bytes.narrow(0, 0, count);

    /// <summary>Scale of each row.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>The byte that stands for 0, of each row.</summary>
    public ReadOnlySpan<int> Zeros => _zeros;

    /// <summary>Values of a row that stand far out: their places, and what is to be added to their bytes' values.</summary>
    public ReadOnlySpan<(int Place, float Missing)> Outliers(int row) => _outliers.AsSpan(row * MostOutliers, _counts[row]);

    /// <summary>Quantises a row of Width floats at most. 0 is exact.</summary>
    public void Set(int row, float* x, int length)
    {
        var to = new Span<byte>(Bytes + ((long)row * Width), Width);
        var found = _outliers.AsSpan(row * MostOutliers, MostOutliers);
        var (least, most, squares) = Range(x, length, float.PositiveInfinity);
        var far = FarOut * MathF.Sqrt(squares / length);
        var count = Math.Max(most, -least) > far ? Find(x, length, far, found) : 0;
        if (count > 0)
            (least, most, _) = Range(x, length, far);
        var scale = (most - least) / 255;
        if (!(scale > 0))
            scale = 1;
        var inverse = 1 / scale;
        var zero = Math.Clamp((int)((-least * inverse) + 0.5f), 0, 255);
        (_scales[row], _zeros[row], _counts[row]) = (scale, zero, count);
        var (step, factor, half) = (Vector<float>.Count, new Vector<float>(inverse), new Vector<float>(zero + 0.5f));
        var i = 0;
        if (WideRows.Fits(length))
            WideRows.Codes(x, i = length, inverse, zero + 0.5f, Bytes + ((long)row * Width));
        for (; i <= length - (4 * step); i += 4 * step)
        {
            var low = Vector.Narrow(Codes(x + i, factor, half), Codes(x + i + step, factor, half));
            var high = Vector.Narrow(Codes(x + i + (2 * step), factor, half), Codes(x + i + (3 * step), factor, half));
            Vector.Narrow(low, high).CopyTo(to[i..]);
        }

        for (; i < length; i++)
            to[i] = (byte)Math.Clamp((int)MathF.FusedMultiplyAdd(x[i], inverse, zero + 0.5f), 0, 255);
        foreach (ref var outlier in found[..count])
            outlier.Missing -= scale * (to[outlier.Place] - zero);
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Codes(float* x, Vector<float> factor, Vector<float> half)
    {
        var code = Vector.ConvertToInt32(Vector.FusedMultiplyAdd(Vector.Load(x), factor, half));
        return Vector.AsVectorUInt32(Vector.Min(Vector.Max(code, Vector<int>.Zero), new Vector<int>(255)));
    }

    /// <summary>Values beyond <paramref name="far"/>, or none if they are too many to stand alone.</summary>
    private static int Find(float* x, int length, float far, Span<(int Place, float Missing)> found)
    {
        var count = 0;
        for (var i = 0; i < length; i += Vector<float>.Count)
        {
            var end = Math.Min(length, i + Vector<float>.Count);
            if (end - i == Vector<float>.Count && !Vector.GreaterThanAny(Vector.Abs(Vector.Load(x + i)), new Vector<float>(far)))
                continue;
            for (var n = i; n < end; n++)
            {
                if (!(Math.Abs(x[n]) > far))
                    continue;
                if (count == found.Length)
                    return 0;
                found[count++] = (n, x[n]);
            }
        }

        return count;
    }

    /// <summary>Range of the values up to <paramref name="far"/> from 0, with 0; sum of their squares.</summary>
    private static (float Least, float Most, float Squares) Range(float* x, int length, float far)
    {
        if (WideRows.Fits(length))
            return WideRows.Range(x, length, far);
        var limit = new Vector<float>(far);
        var (low, high, squares) = (Vector<float>.Zero, Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
        {
            var v = Vector.Load(x + i);
            v = Vector.ConditionalSelect(Vector.LessThanOrEqual(Vector.Abs(v), limit), v, Vector<float>.Zero);
            (low, high, squares) = (Vector.Min(low, v), Vector.Max(high, v), Vector.FusedMultiplyAdd(v, v, squares));
        }

        var (least, most, square) = (0f, 0f, Vector.Sum(squares));
        for (var n = 0; n < Vector<float>.Count; n++)
            (least, most) = (Math.Min(least, low[n]), Math.Max(most, high[n]));
        for (; i < length; i++)
        {
            if (Math.Abs(x[i]) <= far)
                (least, most, square) = (Math.Min(least, x[i]), Math.Max(most, x[i]), square + (x[i] * x[i]));
        }

        return (least, most, square);
    }
}
