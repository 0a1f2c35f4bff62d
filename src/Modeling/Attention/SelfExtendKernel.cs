using ML.Extensions.Kernels;

namespace ML.Extensions.Attention;

/// <summary>
/// Bidirectional SelfExtend of one head in float32 on one core, by the blocks of <see cref="CpuAttention"/>: a block of keys that is near, far
/// before or far behind all of its queries has its logits once, one at an edge twice or thrice. Forward only; memory is linear in length.
/// </summary>
internal static unsafe class SelfExtendKernel
{
    /// <summary>Attention of one head of one sequence.</summary>
    /// <param name="q">Queries, not turned: row i begins at q + i · stride, [d].</param>
    /// <param name="k">Keys, likewise.</param>
    /// <param name="v">Values, likewise.</param>
    /// <param name="stride">Floats from a row to the next.</param>
    /// <param name="turns">Rotations of the sequence, float32.</param>
    /// <param name="queries">Rows that ask: the first ones.</param>
    /// <param name="d">Width of a head; see <see cref="CpuAttention.Fits"/>.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <param name="output">Row i is written from output + i · outputStride, [d].</param>
    /// <param name="outputStride">Floats from an output row to the next.</param>
    public static void Run(float* q, float* k, float* v, nint stride, SelfExtendTurns turns, int queries, int d, float scale, float* output, nint outputStride)
    {
        if (WideTile.Supported && WideTile.Fits(d))
            Run<WideTile>(q, k, v, stride, turns, queries, d, scale, output, outputStride);
        else
            Run<NarrowTile>(q, k, v, stride, turns, queries, d, scale, output, outputStride);
    }

    /// <summary>The same, with tiles of one kind.</summary>
    public static void Run<TTile>(float* q, float* k, float* v, nint stride, SelfExtendTurns turns, int queries, int d, float scale, float* output, nint outputStride)
        where TTile : IAttentionTile
    {
        const int Rows = CpuAttention.Rows, Block = CpuAttention.Block;
        var (length, w) = (turns.Length, turns.Window.Neighbours);
        var padded = (length + TTile.Keys - 1) / TTile.Keys * TTile.Keys;
        var scratch = ScratchMemory.OfThread;
        var nearKeys = scratch.Take((nuint)((2L * padded * d) + ((long)length * d) + (4 * Rows * d) + (2 * Rows * Block) + (2 * Rows)));
        var farKeys = nearKeys + ((nint)padded * d);
        var values = farKeys + ((nint)padded * d);
        var near = values + ((nint)length * d);
        var behind = near + (Rows * d);
        var before = behind + (Rows * d);
        var sums = before + (Rows * d);
        var logits = sums + (Rows * d);
        var far = logits + (Rows * Block);
        var maxima = far + (Rows * Block);
        var totals = maxima + Rows;
        foreach (var (table, keys) in new[] { (turns.Near, (nint)nearKeys), (turns.Grouped, (nint)farKeys) })
        {
            Turn(turns, table, k, stride, 0, length, d, values); // before the values need the room
            CpuAttention.PackKeys<TTile>(values, d, length, padded, d, scale, (float*)keys);
        }

        CpuAttention.PackRows(v, stride, length, d, values);
        for (var from = 0; from < queries; from += Rows)
        {
            var rows = Math.Min(Rows, queries - from);
            new Span<float>(near, 4 * Rows * d).Clear(); // and the sums
            Turn(turns, turns.Near, q, stride, from, rows, d, near);
            Turn(turns, turns.Shifted, q, stride, from, rows, d, behind);
            Turn(turns, turns.Lowered, q, stride, from, rows, d, before);
            new Span<float>(maxima, Rows).Fill(float.NegativeInfinity);
            new Span<float>(totals, Rows).Clear();
            for (var at = 0; at < length; at += Block)
            {
                var count = Math.Min(Block, length - at);
                var (least, most) = (from - (at + count - 1), from + rows - 1 - at); // query's place less the key's
                if (least < w && most > -w)
                    CpuAttention.Logits<TTile>(near, d, nearKeys + ((nint)at * d), count, d, logits);
                if (most >= w)
                {
                    CpuAttention.Logits<TTile>(behind, d, farKeys + ((nint)at * d), count, d, least >= w ? logits : far);
                    for (var r = 0; least < w && r < rows; r++)
                        Copy(far, logits, r, 0, Math.Clamp(from + r - w - at + 1, 0, count));
                }

                if (least <= -w)
                {
                    CpuAttention.Logits<TTile>(before, d, farKeys + ((nint)at * d), count, d, most <= -w ? logits : far);
                    for (var r = 0; most > -w && r < rows; r++)
                        Copy(far, logits, r, Math.Clamp(from + r + w - at, 0, count), count);
                }

                CpuAttention.Weigh<TTile>(logits, count, maxima, totals, sums, d);
                TTile.Values(logits, Block, values + ((nint)at * d), count, d, sums, Rows);
            }

            for (var r = 0; r < rows; r++)
                CpuAttention.Finish(sums + (r * d), 1 / totals[r], d, output + ((from + r) * outputStride));
        }

        scratch.GiveBack();
    }

    private static void Copy(float* from, float* to, int row, int first, int end) =>
        new ReadOnlySpan<float>(from + (row * CpuAttention.Block) + first, end - first).CopyTo(new(to + (row * CpuAttention.Block) + first, end - first));

    /// <summary>Rows from a token on, turned, one behind the other.</summary>
    private static void Turn(SelfExtendTurns turns, Positions.RotaryTable table, float* x, nint stride, int first, int rows, int d, float* to)
    {
        var half = (int)table.Cosines.shape[1];
        CpuAttention.PackRows(x + (first * stride), stride, rows, d, to);
        fixed (byte* cosines = table.Cosines.bytes, sines = table.Sines.bytes)
            for (var r = 0; r < rows; r++)
                RotaryRow.Turn(to + ((nint)r * d), 1, d, (float*)cosines + ((nint)(first + r) * half), (float*)sines + ((nint)(first + r) * half), half, turns.Interleaved);
    }
}
