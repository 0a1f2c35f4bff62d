using System.Numerics;

namespace ML.Extensions.Kernels;

/// <summary>Rotary positions of one token's heads, in place. Source: RoFormer, arXiv 2104.09864, equation 34.</summary>
internal static unsafe class RotaryRow
{
    /// <summary>Turns heads [count, d]: the first 2·half numbers of each, the rest stays.</summary>
    /// <param name="heads">The first head.</param>
    /// <param name="count">Heads, one behind the other.</param>
    /// <param name="d">Width of a head.</param>
    /// <param name="cosines">[half].</param>
    /// <param name="sines">[half].</param>
    /// <param name="half">Pairs that turn.</param>
    /// <param name="interleaved">Whether neighbours 2j and 2j+1 turn together, instead of j and j + half.</param>
    public static void Turn(float* heads, int count, int d, float* cosines, float* sines, int half, bool interleaved)
    {
        for (var head = 0; head < count; head++, heads += d)
        {
            if (interleaved)
            {
                for (var j = 0; j < half; j++)
                    (heads[2 * j], heads[(2 * j) + 1]) = Turned(heads[2 * j], heads[(2 * j) + 1], cosines[j], sines[j]);
                continue;
            }

            var at = 0;
            for (; at + Vector<float>.Count <= half; at += Vector<float>.Count)
            {
                var (a, b) = (Vector.Load(heads + at), Vector.Load(heads + half + at));
                var (cos, sin) = (Vector.Load(cosines + at), Vector.Load(sines + at));
                Vector.Store((a * cos) - (b * sin), heads + at);
                Vector.Store((b * cos) + (a * sin), heads + half + at);
            }

            for (; at < half; at++)
                (heads[at], heads[half + at]) = Turned(heads[at], heads[half + at], cosines[at], sines[at]);
        }
    }

    private static (float First, float Second) Turned(float a, float b, float cos, float sin) => ((a * cos) - (b * sin), (b * cos) + (a * sin));
}
