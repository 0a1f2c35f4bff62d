using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>What one layer asks of an <see cref="IAttention"/>. The tensors belong to the layer; keys are not rotated yet.</summary>
/// <param name="Layer">Number of the layer.</param>
/// <param name="Spec">What kind of attention.</param>
/// <param name="Pass">Sequences, positions, rotary tables.</param>
/// <param name="Query">[T, H, d], behind the query norm.</param>
/// <param name="Key">[T, KeyHeads, d], behind the key norm.</param>
/// <param name="Value">[T, KeyHeads, d].</param>
/// <param name="Buckets">Table of <see cref="PositionEncoding.Buckets"/>, [buckets, H]; null for other encodings.</param>
internal sealed record AttentionRequest(
    int Layer, AttentionSpec Spec, TransformerPass Pass, Tensor Query, Tensor Key, Tensor Value, Tensor? Buckets)
{
    /// <summary>All three as the projection gave them, before the norms, [T, (H + 2·KeyHeads)·d].</summary>
    public required Tensor Packed { get; init; }

    /// <summary>Which tokens ask. <see cref="PlainAttention"/> alone is asked for first tokens.</summary>
    public EncoderOutput Output { get; init; }

    /// <summary>Queries by their positions and factors: softmax(Query · Keyᵀ / sqrt(d)) has the spec's scale and each sequence's.</summary>
    public Tensor TurnedQuery()
    {
        var turned = Turn(Query);
        if (Pass.Scales is { } scales)
            turned = turned * scales; // [T, 1, 1]
        var factor = Spec.Scale * Math.Sqrt(Spec.HeadWidth);
        return Math.Abs(factor - 1) < 1e-12 ? turned : turned.Times(factor);
    }

    /// <summary>Queries or keys [T, heads, d] turned by their tokens' positions; the same where nothing turns.</summary>
    public Tensor Turn(Tensor heads) =>
        Spec.Positions is PositionEncoding.Rotary rotary ? Pass.Turn(heads, Spec, rotary) : heads;
}
