using System.Runtime.InteropServices;
using ML.Extensions.Kernels;
using ML.Extensions.Transformers;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// Attention of question and answer: over the entries that stay apart, over what is in the cache, and over the new tokens
/// up to each, merged by their sums. New keys join the cache, turned.
/// </summary>
/// <param name="cache">One sequence; it has noted the new tokens' positions.</param>
/// <param name="blocks">Entries that stay apart; null where all are in the cache.</param>
internal sealed class ReadoutAttention(KvCache cache, ReadoutBlocks? blocks) : IAttention
{
    /// <inheritdoc/>
    public Tensor Attend(AttentionRequest request)
    {
        using var scope = NewDisposeScope();
        var query = request.TurnedQuery().transpose(0, 1); // [H, L, d]
        var (key, value) = (request.Turn(request.Key).transpose(0, 1), request.Value.transpose(0, 1)); // [KeyHeads, L, d]
        var held = cache.Layer(0, request.Layer);
        var all = CollectionsMarshal.AsSpan(cache.Positions(0));
        var (length, before) = ((int)query.shape[1], held.Dropped + held.Count);
        int[] Positions(int from, int count, ReadOnlySpan<float> of)
        {
            var positions = new int[count];
            for (var i = 0; i < count; i++)
                positions[i] = (int)of[from + i];
            return positions;
        }

        if (blocks is null && BlockProducts.Serve(query, held.Count, request.Spec))
        {
            held.Append(key, value);
            return BlockProducts.Attend(query, new(held.Keys, held.Values, [], held.Count - length)).transpose(0, 1).reshape(length, -1).MoveToOuterDisposeScope();
        }

        var rows = Positions(before, length, all);
        var others = new List<PartialAttention>();
        if (held.Count > 0)
            others.Add(BlockSoftmax.Attend(query, rows, new(held.Keys, held.Values, Positions(held.Dropped, held.Count, all), held.Count), request.Spec));
        others.Add(BlockSoftmax.Attend(query, rows, new(key, value, rows, 0), request.Spec));
        var merged = blocks is null ? PartialAttention.Merge(others) : Merge(request, query, rows, others);
        held.Append(key, value);
        return merged.Output.transpose(0, 1).reshape(length, -1).MoveToOuterDisposeScope();
    }

    private PartialAttention Merge(AttentionRequest request, Tensor query, int[] rows, List<PartialAttention> others)
    {
        var layer = blocks!.Layer(request.Layer);
        var (temperature, power) = blocks.Temper is { } t ? (t.Temperature, t.Temperature * t.Scale) : (1, 1);
        var sharp = temperature == 1 ? query : query.Over(temperature);
        var found = layer.Select((b, i) => BlockSoftmax.Attend(blocks.IsSegment(i) ? sharp : query, rows, b, request.Spec)).ToArray();
        var segments = found.Where((_, i) => blocks.IsSegment(i)).ToArray();
        PartialAttention[] rest = [.. found.Where((_, i) => !blocks.IsSegment(i)), .. others];
        if (power == 1 || segments.Length == 0)
        {
            var plain = PartialAttention.Merge([.. segments, .. rest]);
            if (blocks.Measures)
                blocks.Measure([.. found.Select(f => f.Sums)], plain.Sums);
            return plain;
        }

        var context = PartialAttention.Merge(segments);
        var weighed = context with { Sums = context.Sums.Times(power) }; // w = softmax([S·T·l_c, l_o])
        var merged = PartialAttention.Merge([weighed, .. rest]);
        if (blocks.Measures)
            blocks.Measure([.. found.Select((f, i) => blocks.IsSegment(i) ? (f.Sums - context.Sums.clamp_min(Number(float.MinValue))).Plus(weighed.Sums) : f.Sums)], merged.Sums);
        return merged;
    }
}
