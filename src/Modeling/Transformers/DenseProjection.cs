using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A product in the network's own type.</summary>
/// <param name="weight">[outputs, inputs]; owned from here on.</param>
/// <param name="bias">[outputs] or null; owned from here on.</param>
internal sealed class DenseProjection(Tensor weight, Tensor? bias) : Projection
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => nn.functional.linear(x, weight, bias);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        weight.Dispose();
        bias?.Dispose();
    }
}
