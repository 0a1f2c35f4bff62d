using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Extensions.Kernels;

/// <summary>A small float32 product whose sums stay in registers: c [8, 32] = a [8, K] · b [K, 32], or c += a · b.</summary>
internal static unsafe class TileProduct
{
    /// <summary>Rows of a tile.</summary>
    public const int Rows = 8;

    /// <summary>Columns of a tile.</summary>
    public const int Columns = 32;

    /// <summary>One tile.</summary>
    /// <param name="a">[8, K], rows <paramref name="aStep"/> apart.</param>
    /// <param name="aStep">Floats between rows of a.</param>
    /// <param name="b">[K, 32], rows <paramref name="bStep"/> apart.</param>
    /// <param name="bStep">Floats between rows of b.</param>
    /// <param name="depth">K.</param>
    /// <param name="c">[8, 32], rows <paramref name="cStep"/> apart.</param>
    /// <param name="cStep">Floats between rows of c.</param>
    /// <param name="add">Whether c's values are added to.</param>
    public static void Run(float* a, long aStep, float* b, long bStep, int depth, float* c, long cStep, bool add)
    {
        if (Vector512.IsHardwareAccelerated)
        {
            Wide(a, aStep, b, bStep, depth, c, cStep, add);
            return;
        }

        var step = 2 * Vector<float>.Count;
        for (var row = 0; row < Rows; row += 4)
        {
            for (var n = 0; n < Columns; n += step)
                Narrow(a + (row * aStep), aStep, b + n, bStep, depth, c + (row * cStep) + n, cStep, add);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Wide(float* a, long aStep, float* b, long bStep, int depth, float* c, long cStep, bool add)
    {
        Vector512<float> s0 = default, t0 = default, s1 = default, t1 = default, s2 = default, t2 = default, s3 = default, t3 = default;
        Vector512<float> s4 = default, t4 = default, s5 = default, t5 = default, s6 = default, t6 = default, s7 = default, t7 = default;
        var a3 = a + (3 * aStep);
        var a6 = a + (6 * aStep);
        for (var k = 0; k < depth; k++, b += bStep)
        {
            var (u, v) = (Vector512.Load(b), Vector512.Load(b + 16));
            var r = Vector512.Create(a[k]);
            (s0, t0) = (Vector512.FusedMultiplyAdd(r, u, s0), Vector512.FusedMultiplyAdd(r, v, t0));
            r = Vector512.Create(a[aStep + k]);
            (s1, t1) = (Vector512.FusedMultiplyAdd(r, u, s1), Vector512.FusedMultiplyAdd(r, v, t1));
            r = Vector512.Create(a[(2 * aStep) + k]);
            (s2, t2) = (Vector512.FusedMultiplyAdd(r, u, s2), Vector512.FusedMultiplyAdd(r, v, t2));
            r = Vector512.Create(a3[k]);
            (s3, t3) = (Vector512.FusedMultiplyAdd(r, u, s3), Vector512.FusedMultiplyAdd(r, v, t3));
            r = Vector512.Create(a3[aStep + k]);
            (s4, t4) = (Vector512.FusedMultiplyAdd(r, u, s4), Vector512.FusedMultiplyAdd(r, v, t4));
            r = Vector512.Create(a3[(2 * aStep) + k]);
            (s5, t5) = (Vector512.FusedMultiplyAdd(r, u, s5), Vector512.FusedMultiplyAdd(r, v, t5));
            r = Vector512.Create(a6[k]);
            (s6, t6) = (Vector512.FusedMultiplyAdd(r, u, s6), Vector512.FusedMultiplyAdd(r, v, t6));
            r = Vector512.Create(a6[aStep + k]);
            (s7, t7) = (Vector512.FusedMultiplyAdd(r, u, s7), Vector512.FusedMultiplyAdd(r, v, t7));
        }

        Put(c, s0, t0, add);
        Put(c + cStep, s1, t1, add);
        Put(c + (2 * cStep), s2, t2, add);
        Put(c + (3 * cStep), s3, t3, add);
        Put(c + (4 * cStep), s4, t4, add);
        Put(c + (5 * cStep), s5, t5, add);
        Put(c + (6 * cStep), s6, t6, add);
        Put(c + (7 * cStep), s7, t7, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, Vector512<float> s, Vector512<float> t, bool add)
    {
        if (add)
            (s, t) = (s + Vector512.Load(c), t + Vector512.Load(c + 16));
        s.Store(c);
        t.Store(c + 16);
    }

    // Four rows of two vectors.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Narrow(float* a, long aStep, float* b, long bStep, int depth, float* c, long cStep, bool add)
    {
        Vector<float> s0 = default, t0 = default, s1 = default, t1 = default, s2 = default, t2 = default, s3 = default, t3 = default;
        for (var k = 0; k < depth; k++, b += bStep)
        {
            var (u, v) = (Vector.Load(b), Vector.Load(b + Vector<float>.Count));
            var r = new Vector<float>(a[k]);
            (s0, t0) = (Vector.FusedMultiplyAdd(r, u, s0), Vector.FusedMultiplyAdd(r, v, t0));
            r = new Vector<float>(a[aStep + k]);
            (s1, t1) = (Vector.FusedMultiplyAdd(r, u, s1), Vector.FusedMultiplyAdd(r, v, t1));
            r = new Vector<float>(a[(2 * aStep) + k]);
            (s2, t2) = (Vector.FusedMultiplyAdd(r, u, s2), Vector.FusedMultiplyAdd(r, v, t2));
            r = new Vector<float>(a[(3 * aStep) + k]);
            (s3, t3) = (Vector.FusedMultiplyAdd(r, u, s3), Vector.FusedMultiplyAdd(r, v, t3));
        }

        Put(c, s0, t0, add);
        Put(c + cStep, s1, t1, add);
        Put(c + (2 * cStep), s2, t2, add);
        Put(c + (3 * cStep), s3, t3, add);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(float* c, Vector<float> s, Vector<float> t, bool add)
    {
        if (add)
            (s, t) = (s + Vector.Load(c), t + Vector.Load(c + Vector<float>.Count));
        s.Store(c);
        t.Store(c + Vector<float>.Count);
    }
}
