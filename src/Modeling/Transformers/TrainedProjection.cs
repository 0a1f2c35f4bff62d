using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A product whose matrix is trained.</summary>
/// <param name="weight">[outputs, inputs]; owned from here on.</param>
/// <param name="bias">[outputs] or null; owned from here on.</param>
internal sealed class TrainedProjection(Tensor weight, Tensor? bias) : Projection
{
    /// <summary>The matrix.</summary>
    public Tensor Weight => weight;

    /// <summary>The bias, or null.</summary>
    public Tensor? Bias => bias;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => bias is not null && x.dtype == ScalarType.Float32 && x.device_type == TorchSharp.DeviceType.CPU && FastLinear.Pays
        ? FastLinear.Multiply(x, weight, bias) : nn.functional.linear(x, weight, bias);

    /// <inheritdoc/>
    public override long Bytes => weight.numel() * weight.element_size();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        weight.Dispose();
        bias?.Dispose();
    }
}
