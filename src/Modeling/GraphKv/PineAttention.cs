using System.Runtime.InteropServices;
using ML.Extensions.Kernels;
using ML.Extensions.Transformers;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.GraphKv;

/// <summary>
/// PINE's attention: before rotation, a query weighs all segments' tokens; a segment's importance is its tokens' mean weight, and
/// the more important a segment, the nearer it stands. All of a segment's tokens share one order, in which it is itself the nearest
/// and sees the others whole; each token of question and answer has its own. Source: PINE, arXiv 2407.01100.
/// </summary>
/// <remarks>
/// Moving segment j away by s is turning the query by s more, so keys are turned once: logits are (R(p + s) q) · (R(p_j) k).
/// Ties go by the segments' tokens. Weights for the order take the layer's scale and no soft cap.
/// </remarks>
/// <param name="context">The segments.</param>
/// <param name="first">Whether the pass holds the segments, before the question.</param>
internal sealed class PineAttention(PineContext context, bool first) : IAttention
{
    private const int TileRows = 256;

    private int Documents => context.Segments.Count;

    /// <inheritdoc/>
    public Tensor Attend(AttentionRequest request)
    {
        using var scope = NewDisposeScope();
        var (kept, rows) = (context.Layer(request.Layer), first ? context.Count : 0);
        var (raw, turned) = (request.Query.transpose(0, 1), request.TurnedQuery().transpose(0, 1)); // [H, T, d]
        var (keys, values) = (request.Turn(request.Key).transpose(0, 1), request.Value.transpose(0, 1)); // [KeyHeads, T, d]
        if (first && rows > 0)
            kept.Keep(request.Key.transpose(0, 1).narrow(1, 0, rows), keys.narrow(1, 0, rows), values.narrow(1, 0, rows));
        var outputs = new List<Tensor>();
        for (var n = 0; n < (first ? Documents : 0); n++)
            outputs.Add(Document(request, n, Rows(raw, n), Rows(turned, n), kept));
        int[] positions = [.. request.Pass.Positions.ToArray()[rows..].Select(p => (int)p)];
        Tensor Own(Tensor x) => x.narrow(1, rows, positions.Length);
        outputs.Add(Question(request, Own(raw), Own(turned), positions, new(Own(keys), Own(values), positions, 0), kept));
        kept.Append(Own(keys), Own(values));
        return cat([.. outputs], 1).transpose(0, 1).reshape(rows + positions.Length, -1).MoveToOuterDisposeScope();
    }

    private Tensor Rows(Tensor x, int document) => x.narrow(1, context.Starts[document], context.Segments[document].Length);

    /// <summary>Keys of a segment at its place; all of them seen, unless they are the query's own.</summary>
    private KeyBlock Block(PineLayer kept, int document, bool own)
    {
        var positions = context.Positions(document);
        return new(Rows(kept.Segments!.Value.Keys, document), Rows(kept.Segments.Value.Values, document), positions, own ? 0 : positions.Length);
    }

    /// <summary>One segment's rows, [H, n, d].</summary>
    private Tensor Document(AttentionRequest request, int document, Tensor raw, Tensor turned, PineLayer kept)
    {
        var (spec, positions) = (request.Spec, context.Positions(document));
        var parts = new List<PartialAttention>();
        if (context.Prefix(request.Layer) is { } prefix)
            parts.Add(BlockSoftmax.Attend(turned, positions, prefix, spec));
        var shifts = Documents == 1 ? [] : Shifts(Importance(raw, kept, spec, document), document); // [H, D]
        for (var n = 0; n < Documents; n++)
        {
            if (n == document)
            {
                parts.Add(BlockSoftmax.Attend(turned, positions, Block(kept, n, own: true), spec));
                continue;
            }

            var query = turned;
            if (spec.Positions is PositionEncoding.Rotary rotary)
            {
                float[] away = [.. Enumerable.Range(0, (int)turned.shape[0]).Select(h => (float)shifts[(h * Documents) + n])];
                var factor = rotary.Config.At(1).AttentionFactor; // stands in the first turn already
                query = rotary.Table(away, 1, turned.device, turned.dtype).Apply(turned, rotary.Interleaved);
                query = factor == 1 ? query : query.Over(factor);
            }

            parts.Add(BlockSoftmax.Attend(query, positions, Block(kept, n, own: false), spec));
        }

        return PartialAttention.Merge(parts).Output;
    }

    /// <summary>Rows of question or answer, [H, L, d].</summary>
    private Tensor Question(AttentionRequest request, Tensor raw, Tensor turned, int[] positions, KeyBlock own, PineLayer kept)
    {
        var (spec, heads, length) = (request.Spec, (int)turned.shape[0], positions.Length);
        var parts = new List<PartialAttention>();
        if (context.Prefix(request.Layer) is { } prefix)
            parts.Add(BlockSoftmax.Attend(turned, positions, prefix, spec));
        var shifts = Documents == 0 ? [] : Shifts(Importance(raw, kept, spec, null), null); // [H, L, D]
        for (var n = 0; n < Documents; n++)
        {
            var query = turned;
            if (spec.Positions is PositionEncoding.Rotary rotary)
            {
                float[] places = [.. Enumerable.Range(0, heads * length).Select(i => (float)(positions[i % length] + shifts[(i * Documents) + n]))];
                query = rotary.Table(places, 1, raw.device, raw.dtype).ApplyHeads(raw.reshape(1, heads * length, -1), rotary.Interleaved)
                    .reshape(heads, length, -1).Times(spec.Scale * Math.Sqrt(spec.HeadWidth));
            }

            parts.Add(BlockSoftmax.Attend(query, positions, Block(kept, n, own: false), spec));
        }

        if (kept.Own is { } before)
        {
            int[] places = [.. Enumerable.Range(context.End, (int)before.Keys.shape[1])];
            parts.Add(BlockSoftmax.Attend(turned, positions, new(before.Keys, before.Values, places, places.Length), spec));
        }

        parts.Add(BlockSoftmax.Attend(turned, positions, own, spec));
        return PartialAttention.Merge(parts).Output;
    }

    /// <summary>Mean weight of each segment's tokens: [H, L, D], or of all rows of a segment together, [H, 1, D].</summary>
    private float[] Importance(Tensor raw, PineLayer kept, AttentionSpec spec, int? own)
    {
        using var scope = NewDisposeScope();
        var keys = kept.Segments!.Value.Raw;
        var all = keys.repeat_interleave(raw.shape[0] / keys.shape[0], 0).transpose(1, 2); // [H, d, S]
        var parts = new List<Tensor>();
        for (long from = 0; from < raw.shape[1]; from += TileRows)
        {
            var logits = matmul(raw.narrow(1, from, Math.Min(TileRows, raw.shape[1] - from)), all).to(ScalarType.Float32).MultiplyHeld(spec.Scale);
            if (own is { } document)
                logits.narrow(2, context.Starts[document], context.Segments[document].Length).fill_(Number(float.NegativeInfinity));
            var weights = logits.softmax(-1); // [H, rows, S]
            parts.Add(stack([.. context.Segments.Select((s, n) => weights.narrow(2, context.Starts[n], s.Length).mean([-1]))], -1)); // [H, rows, D]
        }

        var found = cat([.. parts], 1);
        return MemoryMarshal.Cast<byte, float>((own is null ? found : found.sum(1)).contiguous().cpu().bytes).ToArray();
    }

    /// <summary>How far each segment is moved away: the tokens of the more important ones, for each row of importances.</summary>
    private int[] Shifts(float[] importance, int? own)
    {
        var shifts = new int[importance.Length];
        for (var row = 0; row < importance.Length; row += Documents)
        {
            var moved = 0;
            foreach (var n in Enumerable.Range(0, Documents).OrderBy(n => n != own).ThenByDescending(n => importance[row + n])) // stable
            {
                shifts[row + n] = moved;
                moved += context.Segments[n].Length;
            }
        }

        return shifts;
    }
}
