using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Extensions.Attention;

/// <summary>
/// The inner products of attention on vectors of 16 floats, sized so that all sums stay in registers: 6 queries by
/// 64 keys for the logits, 6 queries by 64 or 12 by 32 columns for the weighted values.
/// </summary>
internal static unsafe class AttentionTile
{
    /// <summary>Keys of a panel.</summary>
    public const int Keys = 64;

    /// <summary>Queries that go together through a tile of logits.</summary>
    public const int Queries = 6;

    /// <summary>Logits of 6 queries and 64 keys.</summary>
    /// <param name="q">Queries, [6, row].</param>
    /// <param name="row">Floats from a query to the next.</param>
    /// <param name="k">A panel of keys by width: [d, 64].</param>
    /// <param name="d">Width of a head.</param>
    /// <param name="logits">[6, stride]; the first 64 columns are written.</param>
    /// <param name="stride">Floats from a row of logits to the next.</param>
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
            k += Keys;
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

    /// <summary>Adds the weighted values of 6 queries, 64 columns.</summary>
    /// <param name="p">Weights, [6, stride].</param>
    /// <param name="stride">Floats from a row of weights to the next.</param>
    /// <param name="v">Values, [keys, width], from the first of the 64 columns.</param>
    /// <param name="keys">Keys.</param>
    /// <param name="width">Floats from a row of values to the next, and of sums.</param>
    /// <param name="sums">[6, width], from the first of the 64 columns.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Values6(float* p, nint stride, float* v, int keys, nint width, float* sums)
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
    public static void Values12(float* p, nint stride, float* v, int keys, nint width, float* sums)
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
}
