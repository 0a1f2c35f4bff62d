using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Extensions.Attention;

/// <summary>
/// Tiles of vectors of 16 floats (AVX-512): 6 queries by 64 keys for the logits, 6 queries by 64 or 12 by 32 columns
/// for the weighted values; all sums stay in registers.
/// </summary>
internal readonly unsafe struct WideTile : IAttentionTile
{
    private const int Panel = 64;

    /// <inheritdoc/>
    public static int Keys => Panel;

    /// <inheritdoc/>
    public static bool Supported => Avx512F.IsSupported;

    /// <inheritdoc/>
    public static bool Fits(int width) => width == 32 || width % 64 == 0;

    /// <inheritdoc/>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Logits(float* q, nint row, float* k, int d, float* logits, nint stride)
    {
        Vector512<float> a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3, e0, e1, e2, e3, f0, f1, f2, f3;
        a0 = a1 = a2 = a3 = b0 = b1 = b2 = b3 = c0 = c1 = c2 = c3 = Vector512<float>.Zero;
        d0 = d1 = d2 = d3 = e0 = e1 = e2 = e3 = f0 = f1 = f2 = f3 = Vector512<float>.Zero;
        var q2 = q + (2 * row);
        var q4 = q2 + (2 * row);
        for (var i = 0; i < d; i++)
        {
            Load(k, out var k0, out var k1, out var k2, out var k3);
            k += Panel;
            Add(Vector512.Create(q[i]), k0, k1, k2, k3, ref a0, ref a1, ref a2, ref a3);
            Add(Vector512.Create(q[i + row]), k0, k1, k2, k3, ref b0, ref b1, ref b2, ref b3);
            Add(Vector512.Create(q2[i]), k0, k1, k2, k3, ref c0, ref c1, ref c2, ref c3);
            Add(Vector512.Create(q2[i + row]), k0, k1, k2, k3, ref d0, ref d1, ref d2, ref d3);
            Add(Vector512.Create(q4[i]), k0, k1, k2, k3, ref e0, ref e1, ref e2, ref e3);
            Add(Vector512.Create(q4[i + row]), k0, k1, k2, k3, ref f0, ref f1, ref f2, ref f3);
        }

        Store(logits, a0, a1, a2, a3);
        Store(logits + stride, b0, b1, b2, b3);
        Store(logits + (2 * stride), c0, c1, c2, c3);
        Store(logits + (3 * stride), d0, d1, d2, d3);
        Store(logits + (4 * stride), e0, e1, e2, e3);
        Store(logits + (5 * stride), f0, f1, f2, f3);
    }

    /// <inheritdoc/>
    public static void Values(float* weights, nint stride, float* v, int keys, int d, float* sums, int queries)
    {
        for (var r = 0; d == 32 && r < queries; r += 12)
            Values12(weights + (r * stride), stride, v, keys, d, sums + (r * d));
        for (var i = 0; d != 32 && i < d; i += 64)
            for (var r = 0; r < queries; r += 6)
                Values6(weights + (r * stride), stride, v + i, keys, d, sums + (r * d) + i);
    }

    /// <inheritdoc/>
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

    /// <inheritdoc/>
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

    /// <summary>Adds the weighted values of 6 queries, 64 columns: v and sums begin at the first of these.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values6(float* p, nint stride, float* v, int keys, nint width, float* sums)
    {
        Vector512<float> a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3, e0, e1, e2, e3, f0, f1, f2, f3;
        Load(sums, out a0, out a1, out a2, out a3);
        Load(sums + width, out b0, out b1, out b2, out b3);
        Load(sums + (2 * width), out c0, out c1, out c2, out c3);
        Load(sums + (3 * width), out d0, out d1, out d2, out d3);
        Load(sums + (4 * width), out e0, out e1, out e2, out e3);
        Load(sums + (5 * width), out f0, out f1, out f2, out f3);
        for (var j = 0; j < keys; j++)
        {
            Load(v, out var v0, out var v1, out var v2, out var v3);
            v += width;
            Add(Vector512.Create(p[0]), v0, v1, v2, v3, ref a0, ref a1, ref a2, ref a3);
            Add(Vector512.Create(p[stride]), v0, v1, v2, v3, ref b0, ref b1, ref b2, ref b3);
            Add(Vector512.Create(p[2 * stride]), v0, v1, v2, v3, ref c0, ref c1, ref c2, ref c3);
            Add(Vector512.Create(p[3 * stride]), v0, v1, v2, v3, ref d0, ref d1, ref d2, ref d3);
            Add(Vector512.Create(p[4 * stride]), v0, v1, v2, v3, ref e0, ref e1, ref e2, ref e3);
            Add(Vector512.Create(p[5 * stride]), v0, v1, v2, v3, ref f0, ref f1, ref f2, ref f3);
            p++;
        }

        Store(sums, a0, a1, a2, a3);
        Store(sums + width, b0, b1, b2, b3);
        Store(sums + (2 * width), c0, c1, c2, c3);
        Store(sums + (3 * width), d0, d1, d2, d3);
        Store(sums + (4 * width), e0, e1, e2, e3);
        Store(sums + (5 * width), f0, f1, f2, f3);
    }

    /// <summary>Adds the weighted values of 12 queries, 32 columns; see <see cref="Values6"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Values12(float* p, nint stride, float* v, int keys, nint width, float* sums)
    {
        Vector512<float> a0, a1, a2, a3, b0, b1, b2, b3, c0, c1, c2, c3, d0, d1, d2, d3, e0, e1, e2, e3, f0, f1, f2, f3;
        Load(sums, width, out a0, out a1, out a2, out a3);
        Load(sums + (2 * width), width, out b0, out b1, out b2, out b3);
        Load(sums + (4 * width), width, out c0, out c1, out c2, out c3);
        Load(sums + (6 * width), width, out d0, out d1, out d2, out d3);
        Load(sums + (8 * width), width, out e0, out e1, out e2, out e3);
        Load(sums + (10 * width), width, out f0, out f1, out f2, out f3);
        var p2 = p + (2 * stride);
        var p4 = p2 + (2 * stride);
        var p6 = p4 + (2 * stride);
        var p8 = p6 + (2 * stride);
        var p10 = p8 + (2 * stride);
        for (var j = 0; j < keys; j++)
        {
            var (v0, v1) = (Vector512.Load(v), Vector512.Load(v + 16));
            v += width;
            Pair(p[j], p[j + stride], v0, v1, ref a0, ref a1, ref a2, ref a3);
            Pair(p2[j], p2[j + stride], v0, v1, ref b0, ref b1, ref b2, ref b3);
            Pair(p4[j], p4[j + stride], v0, v1, ref c0, ref c1, ref c2, ref c3);
            Pair(p6[j], p6[j + stride], v0, v1, ref d0, ref d1, ref d2, ref d3);
            Pair(p8[j], p8[j + stride], v0, v1, ref e0, ref e1, ref e2, ref e3);
            Pair(p10[j], p10[j + stride], v0, v1, ref f0, ref f1, ref f2, ref f3);
        }

        Store(sums, width, a0, a1, a2, a3);
        Store(sums + (2 * width), width, b0, b1, b2, b3);
        Store(sums + (4 * width), width, c0, c1, c2, c3);
        Store(sums + (6 * width), width, d0, d1, d2, d3);
        Store(sums + (8 * width), width, e0, e1, e2, e3);
        Store(sums + (10 * width), width, f0, f1, f2, f3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Add(
        Vector512<float> x, Vector512<float> y0, Vector512<float> y1, Vector512<float> y2, Vector512<float> y3,
        ref Vector512<float> s0, ref Vector512<float> s1, ref Vector512<float> s2, ref Vector512<float> s3)
    {
        s0 = Vector512.FusedMultiplyAdd(x, y0, s0);
        s1 = Vector512.FusedMultiplyAdd(x, y1, s1);
        s2 = Vector512.FusedMultiplyAdd(x, y2, s2);
        s3 = Vector512.FusedMultiplyAdd(x, y3, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Pair(
        float x, float y, Vector512<float> v0, Vector512<float> v1,
        ref Vector512<float> s0, ref Vector512<float> s1, ref Vector512<float> s2, ref Vector512<float> s3)
    {
        var (a, b) = (Vector512.Create(x), Vector512.Create(y));
        s0 = Vector512.FusedMultiplyAdd(a, v0, s0);
        s1 = Vector512.FusedMultiplyAdd(a, v1, s1);
        s2 = Vector512.FusedMultiplyAdd(b, v0, s2);
        s3 = Vector512.FusedMultiplyAdd(b, v1, s3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* from, out Vector512<float> s0, out Vector512<float> s1, out Vector512<float> s2, out Vector512<float> s3)
    {
        s0 = Vector512.Load(from);
        s1 = Vector512.Load(from + 16);
        s2 = Vector512.Load(from + 32);
        s3 = Vector512.Load(from + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Load(float* from, nint row, out Vector512<float> s0, out Vector512<float> s1, out Vector512<float> s2, out Vector512<float> s3)
    {
        s0 = Vector512.Load(from);
        s1 = Vector512.Load(from + 16);
        s2 = Vector512.Load(from + row);
        s3 = Vector512.Load(from + row + 16);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        s0.Store(to);
        s1.Store(to + 16);
        s2.Store(to + 32);
        s3.Store(to + 48);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(float* to, nint row, Vector512<float> s0, Vector512<float> s1, Vector512<float> s2, Vector512<float> s3)
    {
        s0.Store(to);
        s1.Store(to + 16);
        s2.Store(to + row);
        s3.Store(to + row + 16);
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
