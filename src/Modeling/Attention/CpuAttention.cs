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
    internal const int Block = 256;

    /// <summary>Queries that share a pass over keys and values.</summary>
    internal const int Rows = 24;

    /// <summary>Queries that go together through a tile of logits.</summary>
    private const int TileRows = 6;

    /// <summary>Whether this processor has what the kernel needs: AVX-512, or AVX2 with FMA.</summary>
    public static bool Supported => WideTile.Supported || NarrowTile.Supported;

    /// <summary>Whether a head's width fits the tiles.</summary>
    public static bool Fits(int width) => width is > 0 and <= 512 && ((WideTile.Supported && WideTile.Fits(width)) || (NarrowTile.Supported && NarrowTile.Fits(width)));

    /// <summary>Attention of one head of one sequence.</summary>
    /// <param name="q">Queries: row i begins at q + i · stride, [d].</param>
    /// <param name="k">Keys, likewise.</param>
    /// <param name="v">Values, likewise.</param>
    /// <param name="stride">Floats from a row to the next.</param>
    /// <param name="queries">Rows that ask: the first ones.</param>
    /// <param name="length">L, keys and values.</param>
    /// <param name="d">Width of a head; see <see cref="Fits"/>.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <param name="output">Row i is written from output + i · outputStride, [d].</param>
    /// <param name="outputStride">Floats from an output row to the next.</param>
    public static void Run(float* q, float* k, float* v, nint stride, int queries, int length, int d, float scale, float* output, nint outputStride)
    {
        if (WideTile.Supported && WideTile.Fits(d))
            Run<WideTile>(q, k, v, stride, queries, length, d, scale, output, outputStride);
        else
            Run<NarrowTile>(q, k, v, stride, queries, length, d, scale, output, outputStride);
    }

    /// <summary>The same, with tiles of one kind.</summary>
    public static void Run<TTile>(float* q, float* k, float* v, nint stride, int queries, int length, int d, float scale, float* output, nint outputStride)
        where TTile : IAttentionTile
    {
        var panels = (length + TTile.Keys - 1) / TTile.Keys;
        var padded = panels * TTile.Keys;
        var scratch = ScratchMemory.OfThread;
        var keys = scratch.Take((nuint)((2L * padded * d) + (2 * Rows * d) + (Rows * Block) + (2 * Rows)));
        var values = keys + ((nint)padded * d);
        var padding = values + ((nint)padded * d); // queries up to a whole block
        var sums = padding + (Rows * d);
        var logits = sums + (Rows * d);
        var maxima = logits + (Rows * Block);
        var totals = maxima + Rows;
        PackKeys<TTile>(k, stride, length, padded, d, scale, keys);
        PackRows(v, stride, length, d, values);
        for (var from = 0; from < queries; from += Rows)
        {
            var rows = Math.Min(Rows, queries - from);
            var block = q + (from * stride);
            var row = stride;
            if (rows < Rows)
            {
                PackRows(block, stride, rows, d, padding);
                new Span<float>(padding + (rows * d), (Rows - rows) * d).Clear();
                block = padding;
                row = d;
            }

            new Span<float>(sums, Rows * d).Clear();
            new Span<float>(maxima, Rows).Fill(float.NegativeInfinity);
            new Span<float>(totals, Rows).Clear();
            for (var at = 0; at < length; at += Block)
            {
                var count = Math.Min(Block, length - at);
                Logits<TTile>(block, row, keys + ((nint)at * d), count, d, logits);
                Weigh<TTile>(logits, count, maxima, totals, sums, d);
                TTile.Values(logits, Block, values + ((nint)at * d), count, d, sums, Rows);
            }

            for (var r = 0; r < rows; r++)
                Finish(sums + (r * d), 1 / totals[r], d, output + ((from + r) * outputStride));
        }

        scratch.GiveBack();
    }

    /// <summary>Panels of [d, Keys], scaled; missing keys are zero.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    internal static void PackKeys<TTile>(float* k, nint stride, int length, int padded, int d, float scale, float* keys)
        where TTile : IAttentionTile
    {
        for (var panel = 0; panel < padded; panel += TTile.Keys, keys += TTile.Keys * d)
        {
            var count = Math.Min(TTile.Keys, length - panel);
            if (count < TTile.Keys)
                new Span<float>(keys, TTile.Keys * d).Clear();
            var j = 0;
            for (; j + 4 <= count; j += 4)
                for (var i = 0; i < d; i += 4)
                    Transpose(k + ((panel + j) * stride) + i, stride, scale, keys + (i * TTile.Keys) + j, TTile.Keys);
            for (; j < count; j++)
                for (var i = 0; i < d; i++)
                    keys[(i * TTile.Keys) + j] = k[((panel + j) * stride) + i] * scale;
        }
    }

    /// <summary>Four keys by four floats of their width.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Transpose(float* from, nint stride, float scale, float* to, int row)
    {
        var (a, b) = (Vector128.Load(from) * scale, Vector128.Load(from + stride) * scale);
        from += 2 * stride;
        var (c, d) = (Vector128.Load(from) * scale, Vector128.Load(from + stride) * scale);
        var (ab, cd) = (Sse.UnpackLow(a, b), Sse.UnpackLow(c, d)); // a0 b0 a1 b1
        Sse.MoveLowToHigh(ab, cd).Store(to);
        Sse.MoveHighToLow(cd, ab).Store(to + row);
        (ab, cd) = (Sse.UnpackHigh(a, b), Sse.UnpackHigh(c, d));
        Sse.MoveLowToHigh(ab, cd).Store(to + (2 * row));
        Sse.MoveHighToLow(cd, ab).Store(to + (3 * row));
    }

    /// <summary>Rows one behind the other, [rows, d].</summary>
    internal static void PackRows(float* from, nint stride, int rows, int d, float* to)
    {
        for (var r = 0; r < rows; r++)
            new ReadOnlySpan<float>(from + (r * stride), d).CopyTo(new(to + ((nint)r * d), d));
    }

    /// <summary>Logits of a block of queries and some panels of keys: [Rows, Block].</summary>
    internal static void Logits<TTile>(float* queries, nint row, float* keys, int count, int d, float* logits)
        where TTile : IAttentionTile
    {
        for (var j = 0; j < count; j += TTile.Keys, keys += TTile.Keys * d)
            for (var r = 0; r < Rows; r += TileRows)
                TTile.Logits(queries + (r * row), row, keys, d, logits + (r * Block) + j, Block);
    }

    /// <summary>Turns logits into weights relative to the running maximum, and what was summed before with them.</summary>
    internal static void Weigh<TTile>(float* logits, int count, float* maxima, float* totals, float* sums, int d)
        where TTile : IAttentionTile
    {
        var full = (count + TTile.Keys - 1) / TTile.Keys * TTile.Keys;
        for (var r = 0; r < Rows; r++)
        {
            var row = logits + (r * Block);
            new Span<float>(row + count, full - count).Fill(float.NegativeInfinity);
            var largest = Math.Max(maxima[r], TTile.Largest(row, full));
            var factor = maxima[r] == largest ? 1 : MathF.Exp(maxima[r] - largest);
            if (factor != 1)
                Scale(sums + (r * d), factor, d);
            totals[r] = (totals[r] * factor) + TTile.Exponentials(row, full, largest);
            maxima[r] = largest;
        }
    }

    private static void Scale(float* row, float factor, int d)
    {
        for (var i = 0; i < d; i += 8)
            (Vector256.Load(row + i) * factor).Store(row + i);
    }

    /// <summary>A row of sums times a factor.</summary>
    internal static void Finish(float* row, float factor, int d, float* to)
    {
        for (var i = 0; i < d; i += 8)
            (Vector256.Load(row + i) * factor).Store(to + i);
    }
}
