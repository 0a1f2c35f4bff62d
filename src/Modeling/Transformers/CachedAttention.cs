using System.Runtime.InteropServices;
using ML.Extensions.Encoders;
using static TorchSharp.torch;

namespace ML.Extensions.Transformers;

/// <summary>Attention of new tokens over all tokens of their sequences: those in a cache and themselves, which join it.</summary>
/// <param name="cache">The cache; the pass's sequences are those of <paramref name="slots"/>.</param>
/// <param name="slots">For each sequence of the pass its number in the cache, [N].</param>
internal sealed class CachedAttention(KvCache cache, int[] slots) : IAttention
{
    /// <inheritdoc/>
    public Tensor Attend(AttentionRequest request)
    {
        using var scope = NewDisposeScope();
        var query = request.TurnedQuery();
        var key = cache.Turned ? request.Turn(request.Key) : request.Key;
        var parts = new List<Tensor>();
        foreach (var group in request.Pass.Groups)
        {
            for (var i = 0; i < group.Count; i++)
                parts.Add(Attend(request, group, i, query, key));
        }

        return (parts.Count == 1 ? parts[0] : cat(parts)).MoveToOuterDisposeScope();
    }

    /// <summary>Sequence i of a group: [L, H·d].</summary>
    private Tensor Attend(AttentionRequest request, LengthGroup group, int i, Tensor query, Tensor key)
    {
        using var scope = NewDisposeScope();
        var sequence = group.FirstSequence + i;
        var slot = slots[sequence];
        Tensor Heads(Tensor x) => x.narrow(0, group.Start + ((long)i * group.Length), group.Length).transpose(0, 1); // [heads, L, d]
        var held = cache.Layer(slot, request.Layer);
        held.Append(Heads(key), Heads(request.Value));
        var keys = cache.Turned ? held.Keys : TurnKeys(request, held, slot);
        var terms = new AttentionTerms(request.Spec, request.Buckets);
        if (terms.HasBias)
        {
            var positions = KeyPositions(held, slot, query.device);
            terms = terms with { QueryPositions = positions.narrow(1, held.Count - group.Length, group.Length), KeyPositions = positions };
        }

        var y = AttentionKernel.Attend(Heads(query).unsqueeze(0), keys.unsqueeze(0), held.Values.unsqueeze(0), terms); // [1, H, L, d]
        return y.squeeze(0).transpose(0, 1).reshape(group.Length, -1).MoveToOuterDisposeScope();
    }

    /// <summary>Keys turned by their positions and the frequencies of the sequence's present length, [KeyHeads, S, d].</summary>
    private Tensor TurnKeys(AttentionRequest request, LayerCache held, int slot)
    {
        if (request.Spec.Positions is not PositionEncoding.Rotary rotary)
            return held.Keys;
        var positions = CollectionsMarshal.AsSpan(cache.Positions(slot)).Slice(held.Dropped, held.Count);
        return rotary.Table(positions, cache.Length(slot), held.Keys.device, held.Keys.dtype)
            .Apply(held.Keys.transpose(0, 1), rotary.Interleaved).transpose(0, 1);
    }

    private Tensor KeyPositions(LayerCache held, int slot, Device device) => // [1, S]
        tensor(CollectionsMarshal.AsSpan(cache.Positions(slot)).Slice(held.Dropped, held.Count).ToArray(), 1, held.Count, device: device);
}
