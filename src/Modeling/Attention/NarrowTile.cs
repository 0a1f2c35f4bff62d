using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Extensions.Attention;

/// <summary>Tiles of vectors of 8 floats (AVX2 and FMA): 6 queries by 16 keys, 6 queries by 16 columns; all sums stay in registers.</summary>
internal readonly unsafe struct NarrowTile : IAttentionTile
{
    private const int Panel = 16;

    /// <inheritdoc/>
    public static int Keys => Panel;

    /// <inheritdoc/>
    public static bool Supported => Avx2.IsSupported && Fma.IsSupported;

    /// <inheritdoc/>
    public static bool Fits(int width) => width % 16 == 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Logits(float* q, nint row, float* k, int d, float* logits, nint stride)
    {
        Vector256<float> a0, a1, b0, b1, c0, c1, d0, d1, e0, e1, f0, f1;
        a0 = a1 = b0 = b1 = c0 = c1 = d0 = d1 = e0 = e1 = f0 = f1 = Vector256<float>.Zero;
        var q2 = q + (2 * row);
        var q4 = q2 + (2 * row);
        for (var i = 0; i < d; i++)
        {
            var (k0, k1) = (Vector256.Load(k), Vector256.Load(k + 8));
            k += Panel;
            Add(q[i], k0, k1, ref a0, ref a1);
            Add(q[i + row], k0, k1, ref b0, ref b1);
            Add(q2[i], k0, k1, ref c0, ref c1);
            Add(q2[i + row], k0, k1, ref d0, ref d1);
            Add(q4[i], k0, k1, ref e0, ref e1);
            Add(q4[i + row], k0, k1, ref f0, ref f1);
        }

        Store(logits, stride, a0, a1, b0, b1);
        Store(logits + (2 * stride), stride, c0, c1, d0, d1);
        Store(logits + (4 * stride), stride, e0, e1, f0, f1);
    }

    /// <inheritdoc/>
    public static void Values(float* weights, nint stride, float* v, int keys, int d, float* sums, int queries)
    {
        for (var i = 0; i < d; i += 16)
            for (var r = 0; r < queries; r += 6)
                Values6(weights + (r * stride), stride, v + i, keys, d, sums + (r * d) + i);
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Largest(float* row, int count)
    {
        var (a, b) = (Vector256.Load(row), Vector256.Load(row + 8));
        for (var j = 16; j < count; j += 16)
        {
            a = Avx.Max(a, Vector256.Load(row + j));
            b = Avx.Max(b, Vector256.Load(row + j + 8));
        }

        a = Avx.Max(a, b);
        var half = Sse.Max(a.GetLower(), a.GetUpper());
        return Math.Max(Math.Max(half[0], half[1]), Math.Max(half[2], half[3]));
    }

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static float Exponentials(float* row, int count, float largest)
    {
        var shift = Vector256.Create(largest);
        var total = Vector256<float>.Zero;
        for (var j = 0; j < count; j += 8)
        {
            var x = Exp(Vector256.Load(row + j) - shift);
            total += x;
            x.Store(row + j);
        }

        return Vector256.Sum(total);
    }

    /// <summary>Adds the weighted values of 6 queries, 16 columns: v and sums begin at the first of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values6(float* p, nint stride, float* v, int keys, nint width, float* sums)
    {
        Load(sums, width, out var a0, out var a1, out var b0, out var b1);
        Load(sums + (2 * width), width, out var c0, out var c1, out var d0, out var d1);
        Load(sums + (4 * width), width, out var e0, out var e1, out var f0, out var f1);
        var p2 = p + (2 * stride);
        var p4 = p2 + (2 * stride);
        for (var j = 0; j < keys; j++)
        {
            var (v0, v1) = (Vector256.Load(v), Vector256.Load(v + 8));
            v += width;
            Add(p[j], v0, v1, ref a0, ref a1);
            Add(p[j + stride], v0, v1, ref b0, ref b1);
            Add(p2[j], v0, v1, ref c0, ref c1);
            Add(p2[j + stride], v0, v1, ref d0, ref d1);
            Add(p4[j], v0, v1, ref e0, ref e1);
            Add(p4[j + stride], v0, v1, ref f0, ref f1);
        }

        Store(sums, width, a0, a1, b0, b1);
        Store(sums + (2 * width), width, c0, c1, d0, d1);
        Store(sums + (4 * width), width, e0, e1, f0, f1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(float x, Vector256<float> y0, Vector256<float> y1, ref Vector256<float> s0, ref Vector256<float> s1)
    {
        var all = Vector256.Create(x);
        s0 = Fma.MultiplyAdd(all, y0, s0);
        s1 = Fma.MultiplyAdd(all, y1, s1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* from, nint row, out Vector256<float> a0, out Vector256<float> a1, out Vector256<float> b0, out Vector256<float> b1)
    {
        a0 = Vector256.Load(from);
        a1 = Vector256.Load(from + 8);
        b0 = Vector256.Load(from + row);
        b1 = Vector256.Load(from + row + 8);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, nint row, Vector256<float> a0, Vector256<float> a1, Vector256<float> b0, Vector256<float> b1)
    {
        a0.Store(to);
        a1.Store(to + 8);
        b0.Store(to + row);
        b1.Store(to + row + 8);
    }

    /// <summary>e^x for x at most 0, to a relative 3e-7; see <see cref="WideTile"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<float> Exp(Vector256<float> x)
    {
        x = Avx.Max(x, Vector256.Create(-87f));
        var n = Avx.RoundToNearestInteger(x * 1.44269504f);
        var f = Fma.MultiplyAdd(n, Vector256.Create(-0.693359375f), x);
        f = Fma.MultiplyAdd(n, Vector256.Create(2.12194440e-4f), f); // ln 2 in two parts
        var y = Vector256.Create(1f / 720);
        y = Fma.MultiplyAdd(y, f, Vector256.Create(1f / 120));
        y = Fma.MultiplyAdd(y, f, Vector256.Create(1f / 24));
        y = Fma.MultiplyAdd(y, f, Vector256.Create(1f / 6));
        y = Fma.MultiplyAdd(y, f, Vector256.Create(0.5f));
        y = Fma.MultiplyAdd(y, f, Vector256<float>.One);
        y = Fma.MultiplyAdd(y, f, Vector256<float>.One);
        var power = Avx2.ShiftLeftLogical(Avx2.Add(Avx.ConvertToVector256Int32(n), Vector256.Create(127)), 23);
        return y * power.AsSingle();
    }
}
