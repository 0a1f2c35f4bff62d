using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Extensions.Kernels;

/// <summary>
/// Steps between byte products, sixteen floats at a time, for processors with AVX-512; lengths are multiples of sixteen. Each
/// value is computed by the same operations as in the narrow loops.
/// </summary>
internal static unsafe class WideRows
{
    private const int Step = 16;

    /// <summary>Whether rows of a length can go this way.</summary>
    public static bool Fits(int length) => Avx512BW.IsSupported && length % Step == 0;

    /// <summary>Range of the values up to <paramref name="far"/> from 0, with 0; sum of their squares.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static (float Least, float Most, float Squares) Range(float* x, int length, float far)
    {
        var limit = Vector512.Create(far);
        Vector512<float> low = default, high = default, squares = default;
        for (var i = 0; i < length; i += Step)
        {
            var v = Vector512.Load(x + i);
            v = Vector512.ConditionalSelect(Vector512.LessThanOrEqual(Vector512.Abs(v), limit), v, default);
            (low, high, squares) = (Avx512F.Min(low, v), Avx512F.Max(high, v), Avx512F.FusedMultiplyAdd(v, v, squares));
        }

        var (least, most) = (Vector256.Min(low.GetLower(), low.GetUpper()), Vector256.Max(high.GetLower(), high.GetUpper()));
        var (a, b) = (0f, 0f);
        for (var n = 0; n < 8; n++)
            (a, b) = (Math.Min(a, least[n]), Math.Max(b, most[n]));
        return (a, b, Vector512.Sum(squares));
    }

    /// <summary>Bytes of a row: x · inverse + half, cut to 0 .. 255.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Codes(float* x, int length, float inverse, float half, byte* y)
    {
        var (factor, offset) = (Vector512.Create(inverse), Vector512.Create(half));
        for (var i = 0; i < length; i += Step)
        {
            var code = Avx512F.ConvertToVector512Int32WithTruncation(Avx512F.FusedMultiplyAdd(Vector512.Load(x + i), factor, offset));
            Avx512F.ConvertToVector128ByteWithSaturation(Avx512F.Max(code, default).AsUInt32()).Store(y + i);
        }
    }

    /// <summary>y = scale · w · (sum - zero · q) + b.</summary>
    /// <param name="sums">Sums, integers or floats that hold integers.</param>
    /// <param name="floats">Which.</param>
    /// <param name="q">Sums of the weights' bytes.</param>
    /// <param name="zero">The row's zero point.</param>
    /// <param name="w">Scales of the outputs.</param>
    /// <param name="scale">Scale of the row.</param>
    /// <param name="b">Bias.</param>
    /// <param name="length">Outputs.</param>
    /// <param name="y">Result.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Finish(void* sums, bool floats, int* q, int zero, float* w, float scale, float* b, int length, float* y)
    {
        var (zeros, scales) = (Vector512.Create(zero), Vector512.Create(scale));
        for (var i = 0; i < length; i += Step)
        {
            var s = floats ? Avx512F.ConvertToVector512Int32(Vector512.Load((float*)sums + i)) : Vector512.Load((int*)sums + i);
            var whole = Avx512F.ConvertToVector512Single(s - Avx512F.MultiplyLow(Vector512.Load(q + i), zeros));
            Avx512F.FusedMultiplyAdd(whole, Vector512.Load(w + i) * scales, Vector512.Load(b + i)).Store(y + i);
        }
    }

    /// <summary>GELU of a row, in place: <see cref="VectorMath.Gelu(Vector512{float})"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Gelu(float* x, int length)
    {
        for (var i = 0; i < length; i += Step)
            VectorMath.Gelu(Vector512.Load(x + i)).Store(x + i);
    }

    /// <summary>x = (x + rest - mean) / √(variance + ε) · weight + bias.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void AddAndNorm(float* x, float* rest, float* weight, float* bias, double epsilon, int length)
    {
        Vector512<float> total = default, squares = default;
        for (var i = 0; i < length; i += Step)
        {
            var v = Vector512.Load(x + i) + Vector512.Load(rest + i);
            v.Store(x + i);
            total += v;
        }

        var center = Vector512.Create(Vector512.Sum(total) / length);
        for (var i = 0; i < length; i += Step)
        {
            var v = Vector512.Load(x + i) - center;
            squares = Avx512F.FusedMultiplyAdd(v, v, squares);
        }

        var factor = Vector512.Create((float)(1 / Math.Sqrt((Vector512.Sum(squares) / length) + epsilon)));
        for (var i = 0; i < length; i += Step)
            Avx512F.FusedMultiplyAdd((Vector512.Load(x + i) - center) * factor, Vector512.Load(weight + i), Vector512.Load(bias + i)).Store(x + i);
    }
}
