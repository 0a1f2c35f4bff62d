using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// Vectors become a teacher's: 1 - cos, or the mean squared difference of the vectors as they are; over texts, and with a weight over all
/// tokens' states, which a teacher of the same tokenizer gives.
/// </summary>
internal sealed record Distillation : EmbeddingObjective
{
    /// <summary>Whether vectors are compared as they are, and not by their directions only.</summary>
    public bool MeanSquared { get; init; }

    /// <summary>Weight of the texts' vectors.</summary>
    public double TextWeight { get; init; } = 1;

    /// <summary>Weight of the tokens' states; they need a teacher model. 0 leaves them out.</summary>
    public double TokenWeight { get; init; }

    /// <inheritdoc/>
    public override bool Additive => true;

    /// <inheritdoc/>
    public override bool UsesTokens => TokenWeight > 0;

    /// <inheritdoc/>
    public override bool UsesTargets => true;

    /// <inheritdoc/>
    public override Tensor Loss(Tensor vectors, TrainingBatch batch, Tensor? targets) => Distance(vectors, targets!).mean().Times(TextWeight);

    /// <inheritdoc/>
    public override Tensor? TokenLoss(TokenStates tokens) => tokens.Teacher is { } teacher
        ? Distance(tokens.States, teacher).sum().Times(TokenWeight)
        : throw new ArgumentException("Distillation over tokens needs a teacher model; a column of vectors has none of the tokens' states.");

    private Tensor Distance(Tensor x, Tensor y) => MeanSquared // [N, D], [N, D] to [N]
        ? (x - y).Squared().mean([1]) : nn.functional.cosine_similarity(x, y, 1).neg().Plus(1);
}
