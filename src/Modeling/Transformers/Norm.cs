using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>A layer norm or RMS norm with its weights, which <see cref="TransformerWeights"/> owns.</summary>
/// <param name="spec">What it does.</param>
/// <param name="weight">[width]; the offset is already in.</param>
/// <param name="bias">[width] or null.</param>
internal sealed class Norm(NormSpec spec, Tensor weight, Tensor? bias)
{
    /// <summary>Numbers normalised together.</summary>
    public int Width => spec.Width;

    /// <summary>x [..., width] to the same shape and type.</summary>
    public Tensor Forward(Tensor x)
    {
        if (!spec.RootMeanSquare)
            return nn.functional.layer_norm(x, [spec.Width], weight, bias, spec.Epsilon);
        using var scope = NewDisposeScope();
        var wide = x.to(ScalarType.Float32); // the mean of squares overflows or drowns in 16 bits
        var y = wide * wide.square().mean([-1], keepdim: true).add_(spec.Epsilon).rsqrt_();
        y = y.to(x.dtype).mul_(weight);
        return (bias is null ? y : y.add_(bias)).MoveToOuterDisposeScope();
    }
}
