using System.Numerics;
using System.Runtime.InteropServices;
using ML.Extensions.Kernels;
using TorchSharp;

namespace ML.Extensions.Training;

/// <summary>
/// AdamW over float32 numbers on the CPU, each parameter in one pass through memory. Sums go in fixed blocks, so that results do not
/// depend on the number of cores. Source: Decoupled Weight Decay Regularization, arXiv 1711.05101.
/// </summary>
internal sealed class AdamW(IReadOnlyList<TrainedParameter> parameters, AdamWSettings settings)
{
    private const int Block = 1 << 16;

    /// <summary>Length of all gradients together, over what is trained.</summary>
    public unsafe double GradientNorm()
    {
        var blocks = Blocks();
        var sums = new double[blocks.Count];
        CoreTeam.Deal(CoreTeam.Size, blocks.Count, (_, i) =>
        {
            var (parameter, start, count) = blocks[i];
            sums[i] = SumOfSquares((float*)Pointer(parameter.Gradient!) + start, count);
        });
        return Math.Sqrt(sums.Sum());
    }

    /// <summary>One step.</summary>
    /// <param name="number">Number of the step, from 1 on.</param>
    /// <param name="rate">Learning rate.</param>
    /// <param name="scale">Factor on the gradients: what clipping left of them.</param>
    public unsafe void Step(long number, double rate, double scale)
    {
        foreach (var parameter in parameters)
            parameter.MakeMoments();
        var blocks = Blocks();
        var first = (float)(1 - Math.Pow(settings.Beta1, number));
        var second = (float)(1 - Math.Pow(settings.Beta2, number));
        CoreTeam.Deal(CoreTeam.Size, blocks.Count, (_, i) =>
        {
            var (parameter, start, count) = blocks[i];
            var decay = (float)(parameter.Decays ? rate * settings.WeightDecay : 0);
            Update(
                (float*)Pointer(parameter.Master) + start, (float*)Pointer(parameter.Gradient!) + start,
                (float*)Pointer(parameter.First!) + start, (float*)Pointer(parameter.Second!) + start,
                count, (float)rate, decay, (float)scale, first, second);
        });
    }

    private List<(TrainedParameter Parameter, long Start, int Count)> Blocks()
    {
        var blocks = new List<(TrainedParameter, long, int)>();
        foreach (var parameter in parameters.Where(p => p.Gradient is not null))
            foreach (var (start, count) in parameter.Ranges)
                for (var at = start; at < start + count; at += Block)
                    blocks.Add((parameter, at, (int)Math.Min(Block, start + count - at)));

        return blocks;
    }

    private static unsafe double SumOfSquares(float* x, int count)
    {
        var total = 0.0;
        for (var from = 0; from < count; from += 4_096)
        {
            var (sum, i, end) = (Vector<float>.Zero, from, Math.Min(count, from + 4_096));
            for (; i <= end - Vector<float>.Count; i += Vector<float>.Count)
                sum += Vector.Load(x + i) * Vector.Load(x + i);
            total += Vector.Sum(sum);
            for (; i < end; i++)
                total += (double)x[i] * x[i];
        }

        return total;
    }

    private unsafe void Update(
        float* w, float* g, float* m, float* v, int count, float rate, float decay, float scale, float first, float second)
    {
        var (b1, b2, epsilon) = ((float)settings.Beta1, (float)settings.Beta2, (float)settings.Epsilon);
        var (stepSize, secondRoot) = (rate / first, MathF.Sqrt(second));
        var i = 0;
        for (; i <= count - Vector<float>.Count; i += Vector<float>.Count)
        {
            var grad = Vector.Load(g + i) * scale;
            var mean = (Vector.Load(m + i) * b1) + (grad * (1 - b1));
            var square = (Vector.Load(v + i) * b2) + (grad * grad * (1 - b2));
            mean.Store(m + i);
            square.Store(v + i);
            var root = (Vector.SquareRoot(square) / new Vector<float>(secondRoot)) + new Vector<float>(epsilon);
            ((Vector.Load(w + i) * (1 - decay)) - (stepSize * mean / root)).Store(w + i);
        }

        for (; i < count; i++)
        {
            var grad = g[i] * scale;
            m[i] = (m[i] * b1) + (grad * (1 - b1));
            v[i] = (v[i] * b2) + (grad * grad * (1 - b2));
            w[i] = (w[i] * (1 - decay)) - (stepSize * m[i] / ((MathF.Sqrt(v[i]) / secondRoot) + epsilon));
        }
    }

    private static unsafe void* Pointer(torch.Tensor tensor) => System.Runtime.CompilerServices.Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor.bytes));
}
