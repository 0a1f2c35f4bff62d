using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using ML.Extensions.Positions;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>
/// Bidirectional attention over packed projections by <see cref="CpuAttention"/>: one head of one sequence is a piece of
/// work, spread over as many threads as the caller's libtorch operators use.
/// </summary>
internal static class PackedAttention
{
    private const int TurnedTokens = 128; // one piece of work
    private const int LeastSpread = 64; // tokens of a pass that is worth more than one thread

    /// <summary>Whether the kernel runs here and fits the heads and tokens.</summary>
    public static bool Serves(PackedHeads heads, long tokens) =>
        CpuAttention.Supported && CpuAttention.Fits(heads.Width) && tokens * heads.Row * sizeof(float) <= int.MaxValue; // a span's limit

    /// <summary>Turns queries and keys by their positions, in place.</summary>
    /// <param name="qkv">Queries, keys and values, [T, row], float32 on the CPU.</param>
    /// <param name="heads">Where they lie.</param>
    /// <param name="stretches">Tokens that turn: first and number.</param>
    /// <param name="table">Cosines and sines of the tokens, float32.</param>
    /// <param name="interleaved">As in <see cref="RotaryTable.Apply"/>.</param>
    public static unsafe void Turn(Tensor qkv, PackedHeads heads, IEnumerable<(long First, long Count)> stretches, RotaryTable table, bool interleaved)
    {
        var half = (int)table.Cosines.shape[1];
        nint rows = Address(qkv), cosines = Address(table.Cosines), sines = Address(table.Sines);
        var pieces = stretches.SelectMany(s => Enumerable.Range(0, (int)((s.Count + TurnedTokens - 1) / TurnedTokens))
            .Select(i => (First: (nint)s.First + (i * TurnedTokens), End: (nint)Math.Min(s.First + ((i + 1L) * TurnedTokens), s.First + s.Count)))).ToArray();
        Spread(pieces.Length, qkv.shape[0], piece =>
        {
            for (var t = pieces[piece].First; t < pieces[piece].End; t++)
                RotaryRow.Turn((float*)rows + (t * heads.Row), heads.Heads + heads.KeyHeads, heads.Width, (float*)cosines + (t * half), (float*)sines + (t * half), half, interleaved);
        });
    }

    /// <summary>Attends.</summary>
    /// <param name="qkv">Queries, keys and values, [T, row], float32 on the CPU; turned, but for SelfExtend's sequences.</param>
    /// <param name="heads">Where they lie.</param>
    /// <param name="groups">Sequences of equal length.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <param name="scales">Further factors, [N]; null is 1.</param>
    /// <param name="extended">SelfExtend's rotations of a sequence, float32; null where it has none.</param>
    /// <param name="wanted">Whether all tokens ask or the first of each sequence.</param>
    /// <returns>[T, H·d] or [N, H·d], float32.</returns>
    public static unsafe Tensor Run(
        Tensor qkv, PackedHeads heads, IReadOnlyList<LengthGroup> groups, double scale, float[]? scales, Func<int, SelfExtendTurns?>? extended = null,
        EncoderOutput wanted = EncoderOutput.AllTokens)
    {
        var (row, d, width) = (heads.Row, heads.Width, heads.Heads * heads.Width);
        var sequences = groups.SelectMany(g => Enumerable.Range(0, g.Count).Select(i => (Start: (nint)(g.Start + ((long)i * g.Length)), g.Length))).ToArray();
        var firsts = wanted == EncoderOutput.FirstToken;
        var output = empty(firsts ? sequences.Length : qkv.shape[0], width);
        nint from = Address(qkv), to = Address(output);
        Spread(sequences.Length * heads.Heads, qkv.shape[0], i =>
        {
            var (sequence, head) = (i / heads.Heads, i % heads.Heads);
            var (start, length) = sequences[sequence];
            var q = (float*)from + (start * row) + (head * d);
            var k = (float*)from + (start * row) + ((heads.Heads + (head / (heads.Heads / heads.KeyHeads))) * d);
            var (factor, asking) = ((float)scale * (scales?[sequence] ?? 1), firsts ? 1 : length);
            var y = (float*)to + ((firsts ? sequence : start) * width) + (head * d);
            if (extended?.Invoke(sequence) is { } turns)
                SelfExtendKernel.Run(q, k, k + (heads.KeyHeads * d), row, turns, asking, d, factor, y, width);
            else
                CpuAttention.Run(q, k, k + (heads.KeyHeads * d), row, asking, length, d, factor, y, width);
        });
        return output;
    }

    /// <summary>libtorch's memory: it stays where it is as long as the tensor lives.</summary>
    private static unsafe nint Address(Tensor tensor)
    {
        fixed (byte* bytes = tensor.bytes)
            return (nint)bytes;
    }

    private static void Spread(int work, long tokens, Action<int> piece)
    {
        var threads = get_num_threads();
        if (threads > 1 && work > 1 && tokens >= LeastSpread)
            Parallel.For(0, work, new() { MaxDegreeOfParallelism = threads }, piece);
        else
            for (var i = 0; i < work; i++)
                piece(i);
    }
}
