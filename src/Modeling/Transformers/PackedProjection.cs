using ML.Extensions.Devices;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A product of <see cref="PackedProducts"/>, for networks that run whole texts on the CPU.</summary>
internal sealed class PackedProjection : Projection
{
    private readonly Tensor _weight;
    private readonly Tensor? _bias;

    /// <summary>Packs a matrix.</summary>
    /// <param name="weight">[outputs, inputs]; stays the caller's.</param>
    /// <param name="bias">[outputs] or null; owned from here on.</param>
    public PackedProjection(Tensor weight, Tensor? bias)
    {
        (_weight, _bias) = (PackedProducts.Pack(weight).DetachFromDisposeScope(), bias);
        Bytes = weight.numel() * weight.element_size();
    }

    /// <inheritdoc/>
    public override long Bytes { get; }

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x) => PackedProducts.Multiply(x, _weight, _bias);

    /// <inheritdoc/>
    public override Tensor ForwardOnto(Tensor x, Tensor residual) => PackedProducts.Add(x, _weight, _bias, residual);

    /// <inheritdoc/>
    public override Tensor ForwardActivated(Tensor x, string activation) => PackedProducts.Fused.ContainsKey(activation)
        ? PackedProducts.Activate(x, _weight, _bias, activation) : base.ForwardActivated(x, activation);

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        _weight.Dispose();
        _bias?.Dispose();
    }
}
