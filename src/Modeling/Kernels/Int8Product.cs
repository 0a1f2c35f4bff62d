using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Extensions.Kernels;

/// <summary>
/// Products of byte rows and an <see cref="Int8Matrix"/>, summed exactly in 32 bits: y[m, n] = Σ x[m, k] · q[n, k]. By AVX-VNNI's
/// dot products of four bytes where the processor has them, else by products of 16 bits, in vectors as wide as it has.
/// </summary>
internal static unsafe class Int8Product
{
    /// <summary>Rows that go together; buffers hold a multiple of them.</summary>
    public const int RowStep = 4;

    /// <summary>Whether the processor has dot products of bytes.</summary>
    public static bool HasDotProducts => AvxVnni.IsSupported;

    /// <summary>Panels [first, end) of the product.</summary>
    /// <param name="x">[rows rounded up to four, PaddedInputs].</param>
    /// <param name="rows">Number of rows; up to three behind them are computed too.</param>
    /// <param name="w">The weights.</param>
    /// <param name="first">First panel.</param>
    /// <param name="end">Panel behind the last.</param>
    /// <param name="y">[rows rounded up to four, PaddedOutputs].</param>
    public static void Run(byte* x, int rows, Int8Matrix w, int first, int end, int* y)
    {
        for (var p = first; p < end; p++)
        {
            var panel = w.Panels + ((long)p * Int8Matrix.Panel * w.PaddedInputs);
            for (var m = 0; m < rows; m += RowStep)
            {
                var from = x + ((long)m * w.PaddedInputs);
                var to = y + ((long)m * w.PaddedOutputs) + (p * Int8Matrix.Panel);
                if (AvxVnni.IsSupported)
                    DotProducts(from, panel, to, w.PaddedOutputs, w.PaddedInputs);
                else if (Avx512BW.IsSupported)
                    WidePairProducts(from, panel, to, w.PaddedOutputs, w.PaddedInputs);
                else if (Avx2.IsSupported)
                    PairProducts(from, panel, to, w.PaddedOutputs, w.PaddedInputs);
                else
                    Plain(from, panel, to, w.PaddedOutputs, w.PaddedInputs);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void DotProducts(byte* x, sbyte* w, int* y, long columns, int inputs)
    {
        Vector256<int> a0 = default, a1 = default, a2 = default, a3 = default, b0 = default, b1 = default, b2 = default, b3 = default;
        Vector256<int> c0 = default, c1 = default, c2 = default, c3 = default, d0 = default, d1 = default, d2 = default, d3 = default;
        for (var k = 0; k < inputs; k += 4, w += 128)
        {
            var (w0, w1, w2, w3) = (Vector256.Load(w), Vector256.Load(w + 32), Vector256.Load(w + 64), Vector256.Load(w + 96));
            var r = Vector256.Create(*(int*)(x + k)).AsByte();
            a0 = AvxVnni.MultiplyWideningAndAdd(a0, r, w0);
            a1 = AvxVnni.MultiplyWideningAndAdd(a1, r, w1);
            a2 = AvxVnni.MultiplyWideningAndAdd(a2, r, w2);
            a3 = AvxVnni.MultiplyWideningAndAdd(a3, r, w3);
            r = Vector256.Create(*(int*)(x + inputs + k)).AsByte();
            b0 = AvxVnni.MultiplyWideningAndAdd(b0, r, w0);
            b1 = AvxVnni.MultiplyWideningAndAdd(b1, r, w1);
            b2 = AvxVnni.MultiplyWideningAndAdd(b2, r, w2);
            b3 = AvxVnni.MultiplyWideningAndAdd(b3, r, w3);
            r = Vector256.Create(*(int*)(x + (2 * inputs) + k)).AsByte();
            c0 = AvxVnni.MultiplyWideningAndAdd(c0, r, w0);
            c1 = AvxVnni.MultiplyWideningAndAdd(c1, r, w1);
            c2 = AvxVnni.MultiplyWideningAndAdd(c2, r, w2);
            c3 = AvxVnni.MultiplyWideningAndAdd(c3, r, w3);
            r = Vector256.Create(*(int*)(x + (3 * inputs) + k)).AsByte();
            d0 = AvxVnni.MultiplyWideningAndAdd(d0, r, w0);
            d1 = AvxVnni.MultiplyWideningAndAdd(d1, r, w1);
            d2 = AvxVnni.MultiplyWideningAndAdd(d2, r, w2);
            d3 = AvxVnni.MultiplyWideningAndAdd(d3, r, w3);
        }

        Store(y, a0, a1, a2, a3);
        Store(y + columns, b0, b1, b2, b3);
        Store(y + (2 * columns), c0, c1, c2, c3);
        Store(y + (3 * columns), d0, d1, d2, d3);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(int* y, Vector256<int> a, Vector256<int> b, Vector256<int> c, Vector256<int> d)
    {
        a.Store(y);
        b.Store(y + 8);
        c.Store(y + 16);
        d.Store(y + 24);
    }

    // Sixteen outputs at a time, as PairProducts.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void WidePairProducts(byte* x, sbyte* w, int* y, long columns, int inputs)
    {
        for (var part = 0; part < 2; part++, w += 64, y += 16)
        {
            Vector512<int> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (var k = 0; k < inputs; k += 4)
            {
                var w0 = Avx512BW.ConvertToVector512Int16(Vector256.Load(w + (32 * k)));
                var w1 = Avx512BW.ConvertToVector512Int16(Vector256.Load(w + (32 * k) + 32));
                var r = WideRow(x + k);
                a0 += Avx512BW.MultiplyAddAdjacent(r, w0);
                a1 += Avx512BW.MultiplyAddAdjacent(r, w1);
                r = WideRow(x + inputs + k);
                b0 += Avx512BW.MultiplyAddAdjacent(r, w0);
                b1 += Avx512BW.MultiplyAddAdjacent(r, w1);
                r = WideRow(x + (2 * inputs) + k);
                c0 += Avx512BW.MultiplyAddAdjacent(r, w0);
                c1 += Avx512BW.MultiplyAddAdjacent(r, w1);
                r = WideRow(x + (3 * inputs) + k);
                d0 += Avx512BW.MultiplyAddAdjacent(r, w0);
                d1 += Avx512BW.MultiplyAddAdjacent(r, w1);
            }

            WidePairs(a0, a1).Store(y);
            WidePairs(b0, b1).Store(y + columns);
            WidePairs(c0, c1).Store(y + (2 * columns));
            WidePairs(d0, d1).Store(y + (3 * columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<short> WideRow(byte* x) =>
        Vector512.Create(Sse41.ConvertToVector128Int16(Vector128.CreateScalarUnsafe(*(int*)x).AsByte()).AsInt64()[0]).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<int> WidePairs(Vector512<int> a, Vector512<int> b) => Vector512.Create(WidePairs(a), WidePairs(b));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> WidePairs(Vector512<int> a) =>
        Avx512F.ConvertToVector256Int32((a + Vector512.ShiftRightLogical(a.AsInt64(), 32).AsInt32()).AsInt64());

    // Eight outputs at a time: their bytes widened once for four rows; a pair of products lands in each 32-bit lane.
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PairProducts(byte* x, sbyte* w, int* y, long columns, int inputs)
    {
        for (var part = 0; part < 4; part++, w += 32, y += 8)
        {
            Vector256<int> a0 = default, a1 = default, b0 = default, b1 = default, c0 = default, c1 = default, d0 = default, d1 = default;
            for (var k = 0; k < inputs; k += 4)
            {
                var (w0, w1) = (Avx2.ConvertToVector256Int16(w + (32 * k)), Avx2.ConvertToVector256Int16(w + (32 * k) + 16));
                var r = Row(x + k);
                a0 += Avx2.MultiplyAddAdjacent(r, w0);
                a1 += Avx2.MultiplyAddAdjacent(r, w1);
                r = Row(x + inputs + k);
                b0 += Avx2.MultiplyAddAdjacent(r, w0);
                b1 += Avx2.MultiplyAddAdjacent(r, w1);
                r = Row(x + (2 * inputs) + k);
                c0 += Avx2.MultiplyAddAdjacent(r, w0);
                c1 += Avx2.MultiplyAddAdjacent(r, w1);
                r = Row(x + (3 * inputs) + k);
                d0 += Avx2.MultiplyAddAdjacent(r, w0);
                d1 += Avx2.MultiplyAddAdjacent(r, w1);
            }

            Pairs(a0, a1).Store(y);
            Pairs(b0, b1).Store(y + columns);
            Pairs(c0, c1).Store(y + (2 * columns));
            Pairs(d0, d1).Store(y + (3 * columns));
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<short> Row(byte* x) =>
        Avx2.BroadcastScalarToVector256(Sse41.ConvertToVector128Int16(Vector128.CreateScalarUnsafe(*(int*)x).AsByte()).AsInt64()).AsInt16();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<int> Pairs(Vector256<int> a, Vector256<int> b) =>
        Avx2.Permute4x64(Avx2.HorizontalAdd(a, b).AsInt64(), 0b_11_01_10_00).AsInt32();

    private static void Plain(byte* x, sbyte* w, int* y, long columns, int inputs)
    {
        for (var m = 0; m < RowStep; m++, x += inputs, y += columns)
        {
            for (var n = 0; n < Int8Matrix.Panel; n++)
            {
                var sum = 0;
                for (var k = 0; k < inputs; k += 4)
                {
                    var q = w + (Int8Matrix.Panel * k) + (4 * n);
                    sum += (x[k] * q[0]) + (x[k + 1] * q[1]) + (x[k + 2] * q[2]) + (x[k + 3] * q[3]);
                }

                y[n] = sum;
            }
        }
    }
}
