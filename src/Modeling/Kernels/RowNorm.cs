using System.Numerics;

namespace ML.Extensions.Kernels;

/// <summary>Layer norm of a row in float32, in place. Source: Ba et al., arXiv 1607.06450.</summary>
internal sealed unsafe class RowNorm(float[] weight, float[] bias, double epsilon)
{
    /// <summary>y = (x - mean) / √(variance + ε) · weight + bias; an RMS norm leaves the mean in.</summary>
    public static void Run(
        ReadOnlySpan<float> x, ReadOnlySpan<float> weight, ReadOnlySpan<float> bias, double epsilon, bool rootMeanSquare, Span<float> y)
    {
        var (n, step) = (x.Length, Vector<float>.Count);
        var (sum, squares, i) = (0f, Vector<float>.Zero, 0);
        foreach (var v in rootMeanSquare ? default : x)
            sum += v;
        var mean = sum / n;
        for (; i <= n - step; i += step)
        {
            var v = new Vector<float>(x[i..]) - new Vector<float>(mean);
            squares = Vector.FusedMultiplyAdd(v, v, squares);
        }

        var square = Vector.Sum(squares);
        for (; i < n; i++)
            square += (x[i] - mean) * (x[i] - mean);
        var factor = (float)(1 / Math.Sqrt((square / n) + epsilon));
        for (i = 0; i < n; i++)
            y[i] = ((x[i] - mean) * factor * weight[i]) + (bias.IsEmpty ? 0 : bias[i]);
    }

    /// <summary>x = (x + rest - mean) / √(variance + ε) · weight + bias.</summary>
    /// <param name="x">[D].</param>
    /// <param name="rest">What is added first, [D].</param>
    public void AddAndRun(Span<float> x, ReadOnlySpan<float> rest)
    {
        if (WideRows.Fits(x.Length))
        {
            fixed (float* a = x, b = rest, w = weight, c = bias)
                WideRows.AddAndNorm(a, b, w, c, epsilon, x.Length);
            return;
        }

        var (n, step) = (x.Length, Vector<float>.Count);
        var (total, i) = (Vector<float>.Zero, 0);
        for (; i <= n - step; i += step)
        {
            var v = new Vector<float>(x[i..]) + new Vector<float>(rest[i..]);
            v.CopyTo(x[i..]);
            total += v;
        }

        var sum = Vector.Sum(total);
        for (; i < n; i++)
            sum += x[i] += rest[i];
        var mean = sum / n;
        var (squares, center) = (Vector<float>.Zero, new Vector<float>(mean));
        for (i = 0; i <= n - step; i += step)
        {
            var v = new Vector<float>(x[i..]) - center;
            squares = Vector.FusedMultiplyAdd(v, v, squares);
        }

        var square = Vector.Sum(squares);
        for (; i < n; i++)
            square += (x[i] - mean) * (x[i] - mean);
        var factor = (float)(1 / Math.Sqrt((square / n) + epsilon));
        for (i = 0; i <= n - step; i += step)
            Vector.FusedMultiplyAdd((new Vector<float>(x[i..]) - center) * factor, new Vector<float>(weight.AsSpan(i)), new Vector<float>(bias.AsSpan(i))).CopyTo(x[i..]);
        for (; i < n; i++)
            x[i] = MathF.FusedMultiplyAdd((x[i] - mean) * factor, weight[i], bias[i]);
    }
}
