using ML.Extensions.Checkpoints;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>From scratch: matrices and tables from a normal distribution, norms 1, biases 0. Source: BERT, arXiv 1810.04805.</summary>
/// <param name="Seed">Decides the weights.</param>
internal sealed record RandomStart(int Seed) : ModelChange
{
    private const double Deviation = 0.02;

    /// <inheritdoc/>
    public override TrainingStart Apply(TrainingStart start) =>
        start with { Changed = anchor => new RandomWeights(start.Checkpoint.Weights, anchor, Seed) };

    /// <summary>Random numbers under any name; a name has the same in every process.</summary>
    private sealed class RandomWeights(Weights weights, string anchor, int seed) : NamedWeights(weights, anchor)
    {
        public override Tensor ReadFloat(string name, params long[] shape)
        {
            if (shape.Length == 1)
                return name.EndsWith(".bias", StringComparison.Ordinal) ? zeros(shape) : ones(shape);
            var hash = name.Aggregate(17L, (h, c) => unchecked((h * 31) + c));
            using var generator = new Generator((ulong)RowStream.HashCode(seed, hash), CPU);
            return randn(shape, generator: generator).MultiplyHeld(Deviation);
        }
    }
}
