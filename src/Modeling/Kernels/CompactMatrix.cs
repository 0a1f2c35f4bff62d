using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Extensions.Kernels;

/// <summary>
/// Weights [N, K] in few bits, decoded as they are used: inputs and sums stay float32, so that a product is that of the
/// decoded weights to rounding. What limits it with one input row is reading the weights.
/// </summary>
internal abstract unsafe class CompactMatrix : IDisposable
{
    /// <summary>Rows of a piece of work.</summary>
    private const int RowsAtOnce = 64;

    /// <summary>A matrix of a size.</summary>
    protected CompactMatrix(int outputs, int inputs) => (Outputs, Inputs) = (outputs, inputs);

    /// <summary>N.</summary>
    public int Outputs { get; }

    /// <summary>K.</summary>
    public int Inputs { get; }

    /// <summary>Bytes of memory.</summary>
    public abstract long Bytes { get; }

    /// <summary>Floats of what <see cref="Prepare"/> makes.</summary>
    public virtual int Prepared => 1;

    /// <summary>What the products of all rows share of an input row.</summary>
    public virtual void Prepare(float* x, float* prepared)
    {
    }

    /// <summary>Row <paramref name="n"/> times an input row [K].</summary>
    public abstract float Dot(int n, float* x, float* prepared);

    /// <summary>Row <paramref name="n"/> as floats, [K].</summary>
    public abstract void Decode(int n, float* row);

    /// <summary>y [rows, N] = x [rows, K] · wᵀ for a few input rows, by all cores.</summary>
    public void Multiply(float* x, int rows, float* y)
    {
        var size = rows == 1 ? Prepared : 1;
        var prepared = stackalloc float[size <= 4_096 ? size : 1];
        using var large = size <= 4_096 ? null : new NativeArray<float>(size);
        var shared = large is null ? prepared : large.Pointer;
        if (rows == 1)
            Prepare(x, shared);
        CoreTeam.Deal(CoreTeam.Size, (Outputs + RowsAtOnce - 1) / RowsAtOnce, (_, piece) =>
        {
            var end = Math.Min(Outputs, (piece + 1) * RowsAtOnce);
            if (rows == 1)
            {
                for (var n = piece * RowsAtOnce; n < end; n++)
                    y[n] = Dot(n, x, shared);
                return;
            }

            using var row = new NativeArray<float>(Inputs);
            for (var n = piece * RowsAtOnce; n < end; n++)
            {
                Decode(n, row.Pointer);
                for (var t = 0; t < rows; t++)
                    y[((long)t * Outputs) + n] = Dot(row.Pointer, x + ((long)t * Inputs), Inputs);
            }
        });
    }

    /// <summary>Rows [first, first + count) as floats, [count, K], by all cores.</summary>
    public void Decode(int first, int count, float* to) => CoreTeam.Deal(CoreTeam.Size, (count + RowsAtOnce - 1) / RowsAtOnce, (_, piece) =>
    {
        for (var n = piece * RowsAtOnce; n < Math.Min(count, (piece + 1) * RowsAtOnce); n++)
            Decode(first + n, to + ((long)n * Inputs));
    });

    /// <inheritdoc/>
    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    /// <summary>Releases the weights.</summary>
    protected abstract void Dispose(bool disposing);

    /// <summary>Sum of products of two rows of floats.</summary>
    protected static float Dot(float* a, float* b, int length)
    {
        var (s, t, i) = (Vector512<float>.Zero, Vector512<float>.Zero, 0);
        for (; i <= length - 32; i += 32)
        {
            s = Vector512.FusedMultiplyAdd(Vector512.Load(a + i), Vector512.Load(b + i), s);
            t = Vector512.FusedMultiplyAdd(Vector512.Load(a + i + 16), Vector512.Load(b + i + 16), t);
        }

        var sum = Vector512.Sum(s + t);
        for (; i < length; i++)
            sum = MathF.FusedMultiplyAdd(a[i], b[i], sum);
        return sum;
    }

    /// <summary>Sixteen signed bytes as floats.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    protected static Vector512<float> Floats(Vector128<sbyte> bytes)
    {
        if (Avx512F.IsSupported)
            return Avx512F.ConvertToVector512Single(Avx512F.ConvertToVector512Int32(bytes));
        var (low, high) = Vector128.Widen(bytes);
        var (a, b) = Vector128.Widen(low);
        var (c, d) = Vector128.Widen(high);
        return Vector512.Create(
            Vector256.ConvertToSingle(Vector256.Create(a, b)), Vector256.ConvertToSingle(Vector256.Create(c, d)));
    }
}
