using System.Numerics;
using System.Runtime.CompilerServices;

namespace ML.Extensions.Kernels;

/// <summary>
/// Rows of floats as unsigned bytes, each row with its own scale and zero point: x ≈ scale · (byte - zero). Nothing is
/// calibrated, and a row's bytes do not depend on the rows beside it.
/// </summary>
internal sealed unsafe class ByteRows : IDisposable
{
    private readonly NativeArray<byte> _bytes;
    private readonly float[] _scales;
    private readonly int[] _zeros;

    /// <summary>Room for <paramref name="rows"/> rows of <paramref name="width"/> bytes, both rounded up to four.</summary>
    public ByteRows(int rows, int width)
    {
        Rows = (rows + Int8Product.RowStep - 1) / Int8Product.RowStep * Int8Product.RowStep;
        Width = (width + 3) / 4 * 4;
        _bytes = new((long)Rows * Width);
        (_scales, _zeros) = (new float[Rows], new int[Rows]);
    }

    /// <summary>Rows there is room for.</summary>
    public int Rows { get; }

    /// <summary>Bytes of a row.</summary>
    public int Width { get; }

    /// <summary>[Rows, Width].</summary>
    public byte* Bytes => _bytes.Pointer;

    /// <summary>Scale of each row.</summary>
    public ReadOnlySpan<float> Scales => _scales;

    /// <summary>The byte that stands for 0, of each row.</summary>
    public ReadOnlySpan<int> Zeros => _zeros;

    /// <summary>Quantises a row of Width floats at most, whose least and greatest value get the bytes 0 and 255. 0 is exact.</summary>
    public void Set(int row, float* x, int length)
    {
        var to = _bytes.Span((long)row * Width, Width);
        var (least, most) = Range(x, length);
        var scale = (most - least) / 255;
        if (!(scale > 0))
            scale = 1;
        var inverse = 1 / scale;
        var zero = Math.Clamp((int)((-least * inverse) + 0.5f), 0, 255);
        (_scales[row], _zeros[row]) = (scale, zero);
        var (step, factor, half) = (Vector<float>.Count, new Vector<float>(inverse), new Vector<float>(zero + 0.5f));
        var i = 0;
        for (; i <= length - (4 * step); i += 4 * step)
        {
            var low = Vector.Narrow(Codes(x + i, factor, half), Codes(x + i + step, factor, half));
            var high = Vector.Narrow(Codes(x + i + (2 * step), factor, half), Codes(x + i + (3 * step), factor, half));
            Vector.Narrow(low, high).CopyTo(to[i..]);
        }

        for (; i < length; i++)
            to[i] = (byte)Math.Clamp((int)MathF.FusedMultiplyAdd(x[i], inverse, zero + 0.5f), 0, 255);
    }

    /// <inheritdoc/>
    public void Dispose() => _bytes.Dispose();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector<uint> Codes(float* x, Vector<float> factor, Vector<float> half)
    {
        var code = Vector.ConvertToInt32(Vector.FusedMultiplyAdd(Vector.Load(x), factor, half));
        return Vector.AsVectorUInt32(Vector.Min(Vector.Max(code, Vector<int>.Zero), new Vector<int>(255)));
    }

    private static (float Least, float Most) Range(float* x, int length)
    {
        var (low, high) = (Vector<float>.Zero, Vector<float>.Zero);
        var i = 0;
        for (; i <= length - Vector<float>.Count; i += Vector<float>.Count)
            (low, high) = (Vector.Min(low, Vector.Load(x + i)), Vector.Max(high, Vector.Load(x + i)));
        var (least, most) = (0f, 0f);
        for (var n = 0; n < Vector<float>.Count; n++)
            (least, most) = (Math.Min(least, low[n]), Math.Max(most, high[n]));
        for (; i < length; i++)
            (least, most) = (Math.Min(least, x[i]), Math.Max(most, x[i]));
        return (least, most);
    }
}
