using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace ML.Extensions.Attention;

/// <summary>
/// softmax(q kᵀ · scale) v of one head in float32 on one core, in blocks of 24 queries and <see cref="Block"/> keys with
/// running maxima, so that memory is linear in length. Source: FlashAttention, arXiv 2205.14135, algorithm 1; the sizes
/// are for narrow heads, which libtorch's own kernel serves badly.
/// </summary>
internal static unsafe class CpuAttention
{
    /// <summary>Keys whose logits are held at once.</summary>
    private const int Block = 256;

    /// <summary>Queries that share a pass over keys and values.</summary>
    private const int Rows = 4 * AttentionTile.Queries;

    /// <summary>Whether this processor has what the kernel needs: vectors of 16 floats.</summary>
    public static bool Supported => Avx512F.IsSupported;

    /// <summary>Whether a head's width fits the tiles.</summary>
    public static bool Fits(int width) => width == 32 || (width % 64 == 0 && width <= 512);

    /// <summary>Attention of one head of one sequence.</summary>
    /// <param name="q">Queries: row i begins at q + i · stride, [d].</param>
    /// <param name="k">Keys, likewise.</param>
    /// <param name="v">Values, likewise.</param>
    /// <param name="stride">Floats from a row to the next.</param>
    /// <param name="length">L, queries and keys.</param>
    /// <param name="d">Width of a head; see <see cref="Fits"/>.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <param name="output">Row i is written from output + i · outputStride, [d].</param>
    /// <param name="outputStride">Floats from an output row to the next.</param>
    public static void Run(float* q, float* k, float* v, nint stride, int length, int d, float scale, float* output, nint outputStride)
    {
        var panels = (length + AttentionTile.Keys - 1) / AttentionTile.Keys;
        var padded = panels * AttentionTile.Keys;
        var scratch = ScratchMemory.OfThread;
        var keys = scratch.Take((nuint)((2L * padded * d) + (2 * Rows * d) + (Rows * Block) + (2 * Rows)));
        var values = keys + ((nint)padded * d);
        var queries = values + ((nint)padded * d);
        var sums = queries + (Rows * d);
        var logits = sums + (Rows * d);
        var maxima = logits + (Rows * Block);
        var totals = maxima + Rows;
        PackKeys(k, stride, length, padded, d, scale, keys);
        PackRows(v, stride, length, d, values);
        for (var from = 0; from < length; from += Rows)
        {
            var rows = Math.Min(Rows, length - from);
            var block = q + (from * stride);
            var row = stride;
            if (rows < Rows)
            {
                PackRows(block, stride, rows, d, queries);
                new Span<float>(queries + (rows * d), (Rows - rows) * d).Clear();
                block = queries;
                row = d;
            }

            new Span<float>(sums, Rows * d).Clear();
            new Span<float>(maxima, Rows).Fill(float.NegativeInfinity);
            new Span<float>(totals, Rows).Clear();
            for (var at = 0; at < length; at += Block)
            {
                var count = Math.Min(Block, length - at);
                Logits(block, row, keys + ((nint)at * d), count, d, logits);
                Weigh(logits, count, maxima, totals, sums, d);
                Values(logits, values + ((nint)at * d), count, d, sums);
            }

            for (var r = 0; r < rows; r++)
                Finish(sums + (r * d), 1 / totals[r], d, output + ((from + r) * outputStride));
        }

        scratch.GiveBack();
    }

    /// <summary>Panels of [d, 64], scaled; missing keys are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void PackKeys(float* k, nint stride, int length, int padded, int d, float scale, float* keys)
    {
        for (var panel = 0; panel < padded; panel += AttentionTile.Keys, keys += AttentionTile.Keys * d)
        {
            var count = Math.Min(AttentionTile.Keys, length - panel);
            if (count < AttentionTile.Keys)
                new Span<float>(keys, AttentionTile.Keys * d).Clear();
            var j = 0;
            for (; j + 4 <= count; j += 4)
                for (var i = 0; i < d; i += 4)
                    Transpose(k + ((panel + j) * stride) + i, stride, scale, keys + (i * AttentionTile.Keys) + j);
            for (; j < count; j++)
                for (var i = 0; i < d; i++)
                    keys[(i * AttentionTile.Keys) + j] = k[((panel + j) * stride) + i] * scale;
        }
    }

    /// <summary>Four keys by four floats of their width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(float* from, nint stride, float scale, float* to)
    {
        var (a, b) = (Vector128.Load(from) * scale, Vector128.Load(from + stride) * scale);
        from += 2 * stride;
        var (c, d) = (Vector128.Load(from) * scale, Vector128.Load(from + stride) * scale);
        var (ab, cd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d)); // a0 b0 a1 b1
        Sse.MoveLowToHigh(ab, cd).Store(to);
        Sse.MoveHighToLow(cd, ab).Store(to + AttentionTile.Keys);
        (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
        Sse.MoveLowToHigh(ab, cd).Store(to + (2 * AttentionTile.Keys));
        Sse.MoveHighToLow(cd, ab).Store(to + (3 * AttentionTile.Keys));
    }

    private static void PackRows(float* from, nint stride, int rows, int d, float* to)
    {
        for (var r = 0; r < rows; r++)
            new ReadOnlySpan<float>(from + (r * stride), d).CopyTo(new(to + ((nint)r * d), d));
    }

    private static void Logits(float* queries, nint row, float* keys, int count, int d, float* logits)
    {
        for (var j = 0; j < count; j += AttentionTile.Keys, keys += AttentionTile.Keys * d)
            for (var r = 0; r < Rows; r += AttentionTile.Queries)
                AttentionTile.Logits(queries + (r * row), row, keys, d, logits + (r * Block) + j, Block);
    }

    /// <summary>Turns logits into weights relative to the running maximum, and what was summed before with them.</summary>
    private static void Weigh(float* logits, int count, float* maxima, float* totals, float* sums, int d)
    {
        var full = (count + AttentionTile.Keys - 1) / AttentionTile.Keys * AttentionTile.Keys;
        for (var r = 0; r < Rows; r++)
        {
            var row = logits + (r * Block);
            new Span<float>(row + count, full - count).Fill(float.NegativeInfinity);
            var largest = Math.Max(maxima[r], AttentionWeights.Largest(row, full));
            var factor = maxima[r] == largest ? 1 : MathF.Exp(maxima[r] - largest);
            if (factor != 1)
                Scale(sums + (r * d), factor, d);
            totals[r] = (totals[r] * factor) + AttentionWeights.Exponentials(row, full, largest);
            maxima[r] = largest;
        }
    }

    private static void Values(float* weights, float* values, int count, int d, float* sums)
    {
        if (d == 32)
        {
            for (var r = 0; r < Rows; r += 12)
                AttentionTile.Values12(weights + (r * Block), Block, values, count, d, sums + (r * d));
            return;
        }

        for (var i = 0; i < d; i += 64)
        {
            for (var r = 0; r < Rows; r += AttentionTile.Queries)
                AttentionTile.Values6(weights + (r * Block), Block, values + i, count, d, sums + (r * d) + i);
        }
    }

    private static void Scale(float* row, float factor, int d)
    {
        for (var i = 0; i < d; i += 16)
            (Vector512.Load(row + i) * factor).Store(row + i);
    }

    private static void Finish(float* row, float factor, int d, float* to)
    {
        for (var i = 0; i < d; i += 16)
            (Vector512.Load(row + i) * factor).Store(to + i);
    }
}
