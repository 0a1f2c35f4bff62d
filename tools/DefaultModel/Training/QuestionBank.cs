using ML.Extensions.Training;
using static TorchSharp.torch;

namespace ML.Extensions.DefaultModel.Training;

/// <summary>
/// Each text finds its question among a bank of fixed ones (InfoNCE, arXiv 1807.03748). Questions are short: their vectors do not depend on the rows of
/// positions that are trained, so that they are computed once, and one text at a time has as many negatives as the bank holds.
/// </summary>
/// <param name="Vectors">The bank, [N, D], of length 1 each; the caller's.</param>
/// <param name="Temperature">τ.</param>
internal sealed record QuestionBank(Tensor Vectors, double Temperature) : EmbeddingObjective
{
    /// <inheritdoc/>
    public override bool Additive => true;

    /// <inheritdoc/>
    /// <remarks>The batch's scores are the questions' numbers.</remarks>
    public override Tensor Loss(Tensor vectors, TrainingBatch batch, Tensor? targets)
    {
        var logits = matmul(nn.functional.normalize(vectors), Vectors.t()) / Temperature; // [B, N]
        return nn.functional.cross_entropy(logits, tensor(Array.ConvertAll(batch.Scores!, s => (long)s)));
    }
}
