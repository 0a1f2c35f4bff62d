using System.Runtime.Intrinsics.X86;
using ML.Extensions.Devices;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>
/// y = x Wᵀ + b in training by oneDNN's products, float32 on the CPU: where libtorch's own go through MKL's slow path (AMD), several times
/// as fast.
/// </summary>
internal sealed class FastLinear : autograd.SingleTensorFunction<FastLinear>
{
    private const int Amd = 0x68747541; // "Auth" of AuthenticAMD

    /// <summary>
    /// Whether to use it: by the processor's maker, as MKL itself decides, and not by a measurement, so that a resumed run computes as the
    /// one that was ended.
    /// </summary>
    public static bool Pays { get; } = PackedProducts.Supported && X86Base.IsSupported && X86Base.CpuId(0, 0).Ebx == Amd;

    /// <inheritdoc/>
    public override string Name => "FastLinear";

    /// <summary>The product; gradients flow to all three.</summary>
    /// <param name="x">[T, inputs].</param>
    /// <param name="weight">[outputs, inputs].</param>
    /// <param name="bias">[outputs].</param>
    public static Tensor Multiply(Tensor x, Tensor weight, Tensor bias) => apply(x, weight, bias);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (x, weight, bias) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        ctx.save_for_backward([x, weight]);
        ctx.save_data("x", x.requires_grad);
        ctx.save_data("weight", weight.requires_grad);
        using var _ = no_grad();
        return PackedProducts.Multiply(x, weight, bias);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradOutput)
    {
        using var scope = NewDisposeScope();
        using var _ = no_grad();
        var saved = ctx.get_saved_variables();
        var g = gradOutput.contiguous(); // [T, outputs]
        var x = (bool)ctx.get_data("x") ? PackedProducts.Multiply(g, saved[1].t(), null).MoveToOuterDisposeScope() : null;
        var weight = (bool)ctx.get_data("weight") ? Joined(g, saved[0]).MoveToOuterDisposeScope() : null;
        return [x!, weight!, g.sum([0]).MoveToOuterDisposeScope()];
    }

    /// <summary>gᵀ x. The first factor must lie row by row, so the narrower one is turned; the second may be a view.</summary>
    private static Tensor Joined(Tensor g, Tensor x) => g.shape[1] <= x.shape[1] // [T, outputs], [T, inputs] to [outputs, inputs]
        ? PackedProducts.Multiply(g.t().contiguous(), x.t(), null) : PackedProducts.Multiply(x.t().contiguous(), g.t(), null).t().contiguous();
}
