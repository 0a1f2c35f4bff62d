using ML.Extensions.Kernels;
using TorchSharp;
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
    public override long Bytes => weight.numel() * weight.element_size();

    /// <inheritdoc/>
    public override bool HasRow => weight.dtype == ScalarType.Float32 && weight.device_type == DeviceType.CPU;

    /// <inheritdoc/>
    public override unsafe void Row(float* x, float* y)
    {
        fixed (byte* rows = weight.bytes)
            new FloatRows((float*)rows, (int)weight.shape[0], (int)weight.shape[1]).Multiply(x, 1, y);
        CompactProjection.AddBias(y, bias);
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        weight.Dispose();
        bias?.Dispose();
    }
}
