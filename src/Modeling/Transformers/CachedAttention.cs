using System.Runtime.InteropServices;
using ML.Extensions.Attention;
using ML.Extensions.Encoders;
using ML.Extensions.Kernels;
using ML.Extensions.Positions;
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
        if (request.Pass.Window(request.Spec, sequence) is { } window && held.Count > window.Neighbours)
            return Extended(request, Heads(request.Query), held, window, sequence).MoveToOuterDisposeScope();
        var keys = cache.Turned ? held.Keys : TurnKeys(request, held, sequence);
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
    private Tensor TurnKeys(AttentionRequest request, LayerCache held, int sequence)
    {
        if (request.Spec.Positions is not PositionEncoding.Rotary rotary)
            return held.Keys;
        var slot = slots[sequence];
        var positions = CollectionsMarshal.AsSpan(cache.Positions(slot)).Slice(held.Dropped, held.Count);
        return RotaryTable.Of(request.Pass.Config(rotary, request.Spec, sequence).At(cache.Length(slot)), positions, held.Keys.device, held.Keys.dtype)
            .Apply(held.Keys.transpose(0, 1), rotary.Interleaved).transpose(0, 1);
    }

    /// <summary>SelfExtend of new tokens over all held ones: [L, H·d]. The cache holds keys as they are.</summary>
    private Tensor Extended(AttentionRequest request, Tensor query, LayerCache held, SelfExtendWindow window, int sequence)
    {
        if (cache.Turned)
            throw new InvalidOperationException("SelfExtend needs a cache of keys that are not turned: make it with turned: false.");
        var rotary = (PositionEncoding.Rotary)request.Spec.Positions!;
        var frequencies = request.Pass.Config(rotary, request.Spec, sequence).At(held.Count);
        var scale = request.Spec.Scale * (request.Pass.Batch.LogitScales?[sequence] ?? 1);
        var length = query.shape[1];
        if (length == 1)
        {
            var y = AttentionKernel.Attend(
                (query.Times(scale * Math.Sqrt(query.shape[2]) * frequencies.AttentionFactor)).unsqueeze(0),
                SelfExtendStep.Keys(held.Keys, window, frequencies, rotary.Interleaved).unsqueeze(0), held.Values.unsqueeze(0),
                new(request.Spec));
            return y.squeeze(0).transpose(0, 1).reshape(1, -1);
        }

        var turns = new SelfExtendTurns(window, frequencies, rotary.Interleaved, held.Count, query.device, query.dtype);
        var mixed = length == held.Count && SelfExtendAttention.Serves(query, request.Spec.SoftCap)
            ? SelfExtendAttention.Attend(query, held.Keys, held.Values, turns, causal: true, scale).Output
            : SelfExtendBlocks.Attend(query, held.Keys, held.Values, turns, causal: true, scale, request.Spec.SoftCap);
        return mixed.transpose(0, 1).reshape(length, -1);
    }

    private Tensor KeyPositions(LayerCache held, int slot, Device device) => // [1, S]
        tensor(CollectionsMarshal.AsSpan(cache.Positions(slot)).Slice(held.Dropped, held.Count).ToArray(), 1, held.Count, device: device);
}
