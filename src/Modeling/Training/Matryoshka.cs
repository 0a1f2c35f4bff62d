using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// Leading dimensions are vectors by themselves: the weighted sum of an objective's losses at several widths. Source: arXiv 2205.13147.
/// </summary>
/// <param name="Inner">The objective.</param>
/// <param name="Parts">Leading dimensions and their weights.</param>
internal sealed record Matryoshka(EmbeddingObjective Inner, params IReadOnlyList<(int Dimensions, double Weight)> Parts) : EmbeddingObjective
{
    /// <inheritdoc/>
    public override int Columns => Inner.Columns;

    /// <inheritdoc/>
    public override bool Additive => Inner.Additive;

    /// <inheritdoc/>
    public override bool UsesTokens => Inner.UsesTokens;

    /// <inheritdoc/>
    public override bool UsesTargets => Inner.UsesTargets;

    /// <inheritdoc/>
    public override void Check(TrainingBatch batch) => Inner.Check(batch);

    /// <inheritdoc/>
    /// <exception cref="ArgumentException">A part has more dimensions than the vectors.</exception>
    public override Tensor Loss(Tensor vectors, TrainingBatch batch, Tensor? targets)
    {
        Tensor? sum = null;
        foreach (var (dimensions, weight) in Parts)
        {
            if (dimensions < 1 || dimensions > vectors.shape[1])
                throw new ArgumentException($"Matryoshka's part of {dimensions} dimensions: the model's vectors have {vectors.shape[1]}.");
            var loss = Inner.Loss(vectors.narrow(1, 0, dimensions), batch, targets?.narrow(1, 0, Math.Min(dimensions, targets.shape[1]))).Times(weight);
            sum = sum is null ? loss : sum.Plus(loss);
        }

        return sum ?? throw new ArgumentException("Matryoshka has no parts.");
    }

    /// <inheritdoc/>
    public override double Metric(Tensor vectors, TrainingBatch batch, Tensor? targets) => Inner.Metric(vectors, batch, targets);

    /// <inheritdoc/>
    public override string MetricName => Inner.MetricName;

    /// <inheritdoc/>
    public override MaskedTokens? Mask(PackedTokens tokens, TrainableEncoder encoder, int seed) => Inner.Mask(tokens, encoder, seed);

    /// <inheritdoc/>
    public override Tensor? TokenLoss(TokenStates tokens) => Inner.TokenLoss(tokens);
}
