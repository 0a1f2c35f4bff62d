using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>What stands beside query, key and value in <see cref="AttentionKernel"/>.</summary>
/// <param name="Spec">Mask, soft-capping, kind of positions.</param>
/// <param name="Buckets">Table of relative positions, [buckets, H]; or null.</param>
/// <param name="QueryPositions">Positions of the queries, [n or 1, L], float32; null where the logits don't depend on them.</param>
/// <param name="KeyPositions">Positions of the keys, [n or 1, S]; in the same way.</param>
internal sealed record AttentionTerms(AttentionSpec Spec, Tensor? Buckets = null, Tensor? QueryPositions = null, Tensor? KeyPositions = null)
{
    /// <summary>Whether something is added to the logits.</summary>
    public bool HasBias => Spec.Positions is { AddsToLogits: true };
}
