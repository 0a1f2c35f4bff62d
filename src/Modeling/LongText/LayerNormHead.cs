using TorchSharp;

namespace ML.Extensions.LongText;

/// <summary>Layer normalisation of the pooled vector, eps 1e-5.</summary>
internal sealed class LayerNormHead(torch.Tensor weight, torch.Tensor bias) : EmbeddingHead
{
    /// <inheritdoc/>
    public override int OutputWidth(int inputWidth) => (int)weight.shape[0];

    /// <inheritdoc/>
    public override torch.Tensor Apply(torch.Tensor x) =>
        torch.nn.functional.layer_norm(x, [weight.shape[0]], weight, bias, 1e-5);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        weight.Dispose();
        bias.Dispose();
        base.Dispose(disposing);
    }
}
