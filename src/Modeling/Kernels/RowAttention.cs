using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace ML.Extensions.Kernels;

/// <summary>Attention of one token in float32 over keys and values of a cache, by all cores where there is enough to do.</summary>
/// <param name="keys">First key of the first head, [count, d]; heads are <paramref name="headStep"/> floats apart.</param>
/// <param name="values">First value, likewise.</param>
/// <param name="headStep">Floats between heads.</param>
/// <param name="count">Number of keys.</param>
/// <param name="d">Width of a head.</param>
/// <param name="scale">Factor on the logits.</param>
internal sealed unsafe class RowAttention(float* keys, float* values, long headStep, int count, int d, float scale)
{
    /// <summary>Keys, over all heads, from which a second core pays.</summary>
    private const int Worthwhile = 1_024;

    /// <summary>q [heads, d] to y [heads, d]; <paramref name="shared"/> query heads share a head of keys.</summary>
    public void Run(float* q, int heads, int shared, float* y) => CoreTeam.Deal(
        heads * count >= Worthwhile ? CoreTeam.Size : 1, heads, (_, head) =>
        {
            using var scores = new NativeArray<float>(count + 16);
            Head(q + (head * d), keys + (head / shared * headStep), values + (head / shared * headStep), scores.Pointer, y + (head * d));
        });

    private void Head(float* q, float* k, float* v, float* scores, float* y)
    {
        var most = Scores(q, k, scores);
        var total = Vector512<float>.Zero;
        for (var s = count; s % 16 != 0; s++)
            scores[s] = float.NegativeInfinity;
        for (var s = 0; s < count; s += 16)
        {
            var e = VectorMath.Exp2(Vector512.Load(scores + s) - Vector512.Create(most));
            total += e;
            e.Store(scores + s);
        }

        Weigh(scores, v, 1 / Vector512.Sum(total), y);
    }

    /// <summary>Logits in units of log2 e; the greatest is given.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private float Scores(float* q, float* k, float* scores)
    {
        var (most, factor) = (float.NegativeInfinity, scale * VectorMath.Log2E);
        for (var s = 0; s < count; s++, k += d)
        {
            var (sum, i) = (Vector512<float>.Zero, 0);
            for (; i <= d - 16; i += 16)
                sum = Vector512.FusedMultiplyAdd(Vector512.Load(q + i), Vector512.Load(k + i), sum);
            var dot = Vector512.Sum(sum);
            for (; i < d; i++)
                dot += q[i] * k[i];
            scores[s] = dot * factor;
            most = Math.Max(most, scores[s]);
        }

        return most;
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Weigh(float* weights, float* v, float factor, float* y)
    {
        var i = 0;
        for (; i <= d - 32; i += 32)
        {
            var (a, b, at) = (Vector512<float>.Zero, Vector512<float>.Zero, 0L + i);
            for (var s = 0; s < count; s++, at += d)
            {
                var w = Vector512.Create(weights[s]);
                a = Vector512.FusedMultiplyAdd(w, Vector512.Load(v + at), a);
                b = Vector512.FusedMultiplyAdd(w, Vector512.Load(v + at + 16), b);
            }

            (a * factor).Store(y + i);
            (b * factor).Store(y + i + 16);
        }

        for (; i < d; i++)
        {
            var sum = 0f;
            for (var s = 0; s < count; s++)
                sum += weights[s] * v[((long)s * d) + i];
            y[i] = sum * factor;
        }
    }
}
