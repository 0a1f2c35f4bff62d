using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Extensions.Attention;

/// <summary>A row of logits becomes a row of weights. Rows are multiples of 64 floats.</summary>
internal static unsafe class AttentionWeights
{
    /// <summary>The largest of a row.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest(float* row, int count)
    {
        var a = Vector512.Load(row);
        var (b, c, d) = (Vector512.Load(row + 16), Vector512.Load(row + 32), Vector512.Load(row + 48));
        for (var j = 64; j < count; j += 64)
        {
            a = Avx512F.Max(a, Vector512.Load(row + j));
            b = Avx512F.Max(b, Vector512.Load(row + j + 16));
            c = Avx512F.Max(c, Vector512.Load(row + j + 32));
            d = Avx512F.Max(d, Vector512.Load(row + j + 48));
        }

        a = Avx512F.Max(Avx512F.Max(a, b), Avx512F.Max(c, d));
        var half = Avx.Max(a.GetLower(), a.GetUpper());
        var quarter = Sse.Max(half.GetLower(), half.GetUpper());
        return Math.Max(Math.Max(quarter[0], quarter[1]), Math.Max(quarter[2], quarter[3]));
    }

    /// <summary>Replaces each x of a row by e^(x - largest), and sums them.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials(float* row, int count, float largest)
    {
        var shift = Vector512.Create(largest);
        var (a, b) = (Vector512<float>.Zero, Vector512<float>.Zero);
        for (var j = 0; j < count; j += 32)
        {
            var x = Exp(Vector512.Load(row + j) - shift);
            var y = Exp(Vector512.Load(row + j + 16) - shift);
            a += x;
            b += y;
            x.Store(row + j);
            y.Store(row + j + 16);
        }

        return Vector512.Sum(a + b);
    }

    /// <summary>
    /// e^x for x at most 0, to a relative 3e-7: 2^n · e^f with n whole and |f| at most ln(2)/2, the second factor by its
    /// Taylor polynomial.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Exp(Vector512<float> x)
    {
        x = Avx512F.Max(x, Vector512.Create(-87f));
        var n = Avx512F.RoundScale(x * 1.44269504f, 8); // to the nearest whole number
        var f = Avx512F.FusedMultiplyAdd(n, Vector512.Create(-0.693359375f), x);
        f = Avx512F.FusedMultiplyAdd(n, Vector512.Create(2.12194440e-4f), f); // ln 2 in two parts
        var y = Vector512.Create(1f / 720);
        y = Avx512F.FusedMultiplyAdd(y, f, Vector512.Create(1f / 120));
        y = Avx512F.FusedMultiplyAdd(y, f, Vector512.Create(1f / 24));
        y = Avx512F.FusedMultiplyAdd(y, f, Vector512.Create(1f / 6));
        y = Avx512F.FusedMultiplyAdd(y, f, Vector512.Create(0.5f));
        y = Avx512F.FusedMultiplyAdd(y, f, Vector512<float>.One);
        y = Avx512F.FusedMultiplyAdd(y, f, Vector512<float>.One);
        return Avx512F.Scale(y, n);
    }
}
