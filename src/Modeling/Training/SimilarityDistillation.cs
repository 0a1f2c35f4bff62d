using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>
/// Each text finds the others of its batch as alike as the teacher finds them: KL divergence between the rows of both similarity
/// matrices, softmax over cosine / temperature, without the diagonal.
/// </summary>
/// <param name="Temperature">Of both softmaxes.</param>
internal sealed record SimilarityDistillation(double Temperature = 0.05) : EmbeddingObjective
{
    /// <inheritdoc/>
    public override bool UsesTargets => true;

    /// <inheritdoc/>
    public override Tensor Loss(Tensor vectors, TrainingBatch batch, Tensor? targets)
    {
        var student = Rows(vectors);
        var teacher = Rows(targets!);
        return (teacher.exp() * (teacher - student)).sum(1).mean();
    }

    private Tensor Rows(Tensor x) // [N, D] to log-probabilities [N, N - 1]
    {
        var (n, unit) = (x.shape[0], nn.functional.normalize(x));
        var others = eye(n, dtype: ScalarType.Bool, device: x.device).logical_not();
        return matmul(unit, unit.t()).Over(Temperature).masked_select(others).view(n, n - 1).log_softmax(1);
    }
}
