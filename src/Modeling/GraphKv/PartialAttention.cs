using ML.Extensions.Kernels;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>Attention over some of a reader's keys: exact parts of one softmax merge by their sums.</summary>
/// <param name="Output">softmax(logits) v over these keys, [H, L, d].</param>
/// <param name="Sums">Logarithm of each row's sum of exponentials, [H, L], float32; minus infinity where no key is seen.</param>
internal sealed record PartialAttention(Tensor Output, Tensor Sums)
{
    /// <summary>One softmax over the keys of all parts. Merging goes in float32, in the order given.</summary>
    public static PartialAttention Merge(IReadOnlyList<PartialAttention> parts)
    {
        if (parts.Count == 1)
            return parts[0];
        using var scope = NewDisposeScope();
        var largest = parts[0].Sums;
        foreach (var part in parts.Skip(1))
            largest = maximum(largest, part.Sums);
        largest = largest.clamp_min(Number(float.MinValue)); // a row that no part sees stays finite
        Tensor? output = null, total = null;
        foreach (var part in parts)
        {
            var weight = part.Sums.Minus(largest).exp_(); // [H, L]
            var share = part.Output.to(ScalarType.Float32) * weight.unsqueeze(-1);
            (output, total) = output is null ? (share, weight) : (output.AddHeld(share), total!.AddHeld(weight));
        }

        var merged = output!.div_(total!.clamp_min(Number(1e-30f)).unsqueeze(-1)).to(parts[0].Output.dtype);
        return new(merged.MoveToOuterDisposeScope(), largest.Plus(total.log()).MoveToOuterDisposeScope());
    }
}
