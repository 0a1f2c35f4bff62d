using ML.Extensions.Attention;
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
        var turned = new Lazy<(Tensor Query, Tensor Key)>(() => (request.TurnedQuery(), request.Turn(request.Key)));
        var parts = new List<Tensor>();
        foreach (var group in request.Pass.Groups)
        {
            var sequences = Enumerable.Range(group.FirstSequence, group.Count).Select(i => request.Pass.Extended(request.Spec, i)).ToArray();
            if (Array.TrueForAll(sequences, s => s is null))
                parts.Add(Attend(request, group, turned.Value.Query, turned.Value.Key, request.Value));
            else
                for (var i = 0; i < group.Count; i++)
                    parts.Add(sequences[i] is { } turns
                        ? Extended(request, group, i, turns)
                        : Attend(request, group with { Start = group.Start + ((long)i * group.Length), FirstSequence = group.FirstSequence + i, Count = 1 }, turned.Value.Query, turned.Value.Key, request.Value));
        }

        return (parts.Count == 1 ? parts[0] : cat(parts)).MoveToOuterDisposeScope();
    }

    /// <summary>SelfExtend of sequence i of a group: [L, H·d].</summary>
    private static Tensor Extended(AttentionRequest request, LengthGroup group, int i, SelfExtendTurns turns)
    {
        using var scope = NewDisposeScope();
        Tensor Heads(Tensor x) => x.narrow(0, group.Start + ((long)i * group.Length), group.Length).transpose(0, 1); // [heads, L, d]
        var (q, k, v) = (Heads(request.Query), Heads(request.Key), Heads(request.Value));
        var scale = request.Spec.Scale * (request.Pass.Batch.LogitScales?[group.FirstSequence + i] ?? 1);
        var y = SelfExtendAttention.Serves(q, request.Spec.SoftCap)
            ? SelfExtendAttention.Attend(q, k, v, turns, request.Spec.Causal, scale).Output
            : SelfExtendBlocks.Attend(q, k, v, turns, request.Spec.Causal, scale, request.Spec.SoftCap);
        return y.transpose(0, 1).reshape(group.Length, -1).MoveToOuterDisposeScope();
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
