using System.Runtime.InteropServices;
using ML.Extensions.Kernels;
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

    /// <summary>A row of float32 on the CPU, or several of the norm's width, from x to y; both may be one.</summary>
    public unsafe void Row(float* x, float* y, int length)
    {
        var w = MemoryMarshal.Cast<byte, float>(weight.bytes);
        var b = bias is null ? default : MemoryMarshal.Cast<byte, float>(bias.bytes);
        for (var at = 0; at < length; at += spec.Width)
            RowNorm.Run(new(x + at, spec.Width), w, b, spec.Epsilon, spec.RootMeanSquare, new(y + at, spec.Width));
    }

    /// <summary>x [..., width] to the same shape and type.</summary>
    public Tensor Forward(Tensor x)
    {
        if (!spec.RootMeanSquare)
            return nn.functional.layer_norm(x, [spec.Width], weight, bias, spec.Epsilon);
        using var scope = NewDisposeScope();
        var wide = x.to(ScalarType.Float32); // the mean of squares overflows or drowns in 16 bits
        var y = wide * wide.Squared().mean([-1], keepdim: true).AddHeld(spec.Epsilon).rsqrt_();
        y = y.to(x.dtype).mul_(weight);
        return (bias is null ? y : y.AddHeld(bias)).MoveToOuterDisposeScope();
    }
}
