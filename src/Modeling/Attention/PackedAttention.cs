using ML.Extensions.Encoders;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>
/// Bidirectional attention over packed projections by <see cref="CpuAttention"/>: one head of one sequence is a piece of
/// work, spread over as many threads as the caller's libtorch operators use.
/// </summary>
internal static class PackedAttention
{
    /// <summary>Length from which the kernel is faster than a call of all layers at once with libtorch's attention.</summary>
    private const int LeastLength = 48;

    /// <summary>Whether the kernel runs here, fits the heads, and pays.</summary>
    public static bool Serves(IReadOnlyList<LengthGroup> groups, EncoderConfig config) =>
        CpuAttention.Supported && CpuAttention.Fits(config.Width / config.Heads) && groups[0].Length >= LeastLength
        && groups.Sum(g => (long)g.Count * g.Length) * 3 * config.Width * sizeof(float) <= int.MaxValue; // a span's limit

    /// <summary>Attends.</summary>
    /// <param name="qkv">Queries, keys and values, [T, 3D], float32 on the CPU.</param>
    /// <param name="groups">Sequences of equal length.</param>
    /// <param name="scales">Factors on the logits, [N]; null is 1.</param>
    /// <param name="config">Sizes.</param>
    /// <returns>[T, D], float32.</returns>
    public static unsafe Tensor Run(Tensor qkv, IReadOnlyList<LengthGroup> groups, float[]? scales, EncoderConfig config)
    {
        var (width, d) = (config.Width, config.Width / config.Heads);
        var output = empty(qkv.shape[0], width);
        var sequences = groups.SelectMany(g => Enumerable.Range(0, g.Count).Select(i => (Start: (nint)(g.Start + ((long)i * g.Length)), g.Length))).ToArray();
        var work = sequences.Length * config.Heads;
        var scale = 1 / MathF.Sqrt(d);
        nint from, to; // libtorch's memory: it stays where it is as long as the tensors live
        fixed (byte* source = qkv.bytes, target = output.bytes)
            (from, to) = ((nint)source, (nint)target);

        void Head(int i)
        {
            var (start, length) = sequences[i / config.Heads];
            var q = (float*)from + (start * 3 * width) + (i % config.Heads * d);
            CpuAttention.Run(
                q, q + width, q + (2 * width), 3 * width, length, d, scale * (scales?[i / config.Heads] ?? 1),
                (float*)to + (start * width) + (i % config.Heads * d), width);
        }

        var threads = get_num_threads();
        if (threads == 1)
        {
            for (var i = 0; i < work; i++)
                Head(i);
        }
        else
        {
            Parallel.For(0, work, new() { MaxDegreeOfParallelism = threads }, Head);
        }

        return output;
    }
}
