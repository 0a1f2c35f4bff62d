using TorchSharp;

namespace ML.Extensions.LongText;

/// <summary>Divides each vector by its length.</summary>
internal sealed class NormalizeHead : EmbeddingHead
{
    /// <inheritdoc/>
    public override int OutputWidth(int inputWidth) => inputWidth;

    /// <inheritdoc/>
    public override torch.Tensor Apply(torch.Tensor x) => torch.nn.functional.normalize(x);
}
