using ML.Extensions.Encoders;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>Attention within each sequence of the pass.</summary>
internal sealed class PlainAttention : IAttention
{
    /// <summary>The only one.</summary>
    public static PlainAttention Instance { get; } = new();

    /// <inheritdoc/>
    public Tensor Attend(AttentionRequest request)
    {
        using var scope = NewDisposeScope();
        var (query, key) = (request.TurnedQuery(), request.Turn(request.Key));
        var parts = request.Pass.Groups.Select(g => Attend(request, g, query, key, request.Value)).ToArray();
        return (parts.Length == 1 ? parts[0] : cat(parts)).MoveToOuterDisposeScope();
    }

    /// <summary>One group: [n·L, H·d] of turned queries and keys [T, heads, d].</summary>
    public static Tensor Attend(AttentionRequest request, LengthGroup group, Tensor query, Tensor key, Tensor value)
    {
        Tensor Heads(Tensor x) => x // [n, heads, L, d]
            .narrow(0, group.Start, (long)group.Count * group.Length)
            .view(group.Count, group.Length, x.shape[1], x.shape[2])
            .transpose(1, 2);
        var positions = request.Pass.PositionsOf(group); // [n or 1, L]
        var y = AttentionKernel.Attend(Heads(query), Heads(key), Heads(value), new(request.Spec, request.Buckets, positions, positions));
        return y.transpose(1, 2).reshape((long)group.Count * group.Length, -1);
    }
}
