using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>
/// SelfExtend without an L x L matrix, forward and backward. Near keys, far earlier keys and far later keys are three
/// disjoint passes, merged by their log-sum-exps: a band, a causal triangle of the tokens w apart, and the same triangle of
/// the reversed sequence. Together they are the work of one full attention. Exact; memory is linear in length.
/// </summary>
internal static class SelfExtendAttention
{
    /// <summary>Numbers of a chunk of heads, [h, L, d], above which heads go in smaller chunks.</summary>
    private const long ChunkNumbers = 1 << 20;

    /// <summary>Whether this form can be used: on the CPU, for logits as they are. <see cref="SelfExtendBlocks"/> serves the rest.</summary>
    public static bool Serves(Tensor q, double? softCap) => softCap is null && q.device_type == TorchSharp.DeviceType.CPU;

    /// <summary>Attends.</summary>
    /// <param name="q">[H, L, d], not turned.</param>
    /// <param name="k">[KeyHeads, L, d], not turned.</param>
    /// <param name="v">[KeyHeads, L, d].</param>
    /// <param name="turns">Rotations; of more tokens than w.</param>
    /// <param name="causal">Whether a token sees no later one.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <param name="chunkNumbers">Numbers of a chunk of heads, about.</param>
    /// <returns>[H, L, d], laid out as [L, H, d]; and log-sum-exps [H, L].</returns>
    public static (Tensor Output, Tensor Sums) Attend(
        Tensor q, Tensor k, Tensor v, SelfExtendTurns turns, bool causal, double scale, long chunkNumbers = ChunkNumbers)
    {
        using var scope = NewDisposeScope();
        var (heads, length, d) = (q.shape[0], q.shape[1], q.shape[2]);
        var output = empty([length, heads, d], q.dtype).transpose(0, 1);
        var sums = empty(heads, length);
        SelfExtendScratch? scratch = null;
        foreach (var chunk in Chunks(heads, k.shape[0], chunkNumbers / (length * d), causal))
        {
            if (scratch?.Heads != chunk.Count)
                scratch = new(chunk.Count, length, turns.Window.Neighbours, d, causal, q.dtype);
            using var inner = NewDisposeScope();
            HeadsForward(chunk.Take(q), chunk.TakeKeys(k), chunk.TakeKeys(v), turns, scratch, scale, chunk.Take(output), chunk.Take(sums));
        }

        return (output.MoveToOuterDisposeScope(), sums.MoveToOuterDisposeScope());
    }

    /// <summary>Gradients of q, k and v, of their shapes, from the output's gradient [H, L, d] and what <see cref="Attend"/> gave.</summary>
    public static (Tensor Query, Tensor Key, Tensor Value) Backward(
        Tensor gradient, Tensor q, Tensor k, Tensor v, Tensor output, Tensor sums, SelfExtendTurns turns, bool causal, double scale,
        long chunkNumbers = ChunkNumbers)
    {
        using var scope = NewDisposeScope();
        var (query, key, value) = (empty(q.shape, q.dtype), zeros(k.shape, k.dtype), zeros(v.shape, v.dtype));
        foreach (var chunk in Chunks(q.shape[0], k.shape[0], chunkNumbers / (q.shape[1] * q.shape[2]), causal))
        {
            using var inner = NewDisposeScope();
            var (gq, gk, gv) = HeadsBackward(
                chunk.Take(gradient).contiguous(), chunk.Take(output), chunk.Take(sums), chunk.Take(q), chunk.TakeKeys(k), chunk.TakeKeys(v),
                turns, causal, scale);
            chunk.Take(query).copy_(gq);
            chunk.AddKeys(key, gk);
            chunk.AddKeys(value, gv);
        }

        return (query.MoveToOuterDisposeScope(), key.MoveToOuterDisposeScope(), value.MoveToOuterDisposeScope());
    }

    /// <summary>
    /// Heads in chunks: small, for memory, but with enough of them that every thread has a triangle of its own, since threads
    /// share a triangle badly.
    /// </summary>
    private static IEnumerable<HeadChunk> Chunks(long heads, long keyHeads, long most, bool causal)
    {
        var busy = Math.Min(causal ? get_num_threads() : (get_num_threads() + 1) / 2, Math.Max(1, heads / 6));
        var count = Math.Clamp(Math.Max(busy, most), 1, heads);
        for (long first = 0; first < heads; first += count)
            yield return new(first, Math.Min(count, heads - first), heads / keyHeads);
    }

    private static void HeadsForward(
        Tensor q, Tensor k, Tensor v, SelfExtendTurns turns, SelfExtendScratch scratch, double scale, Tensor output, Tensor sums)
    {
        var (w, causal) = (turns.Window.Neighbours, scratch.Causal);
        var m = q.shape[1] - w;
        var wide = scratch.Wide ?? output;
        turns.TurnInto(turns.Near, q, 0, scratch.NearQuery);
        turns.TurnInto(turns.Near, k, 0, scratch.NearKey);
        new NeighbourBand(w, causal, scale).Attend(scratch.NearQuery, scratch.NearKey, v, wide, sums);

        scratch.FillFar(q, k, v, turns);
        var (y, l) = FlashAttention.Attend(scratch.FarQuery, scratch.FarKey, scratch.FarValue, causal: true, scale); // [1 or 2, h, m, d]
        var near = sums.clone();
        Grow(sums.narrow(1, w, m), l[0]);
        if (!causal)
            Grow(sums.narrow(1, 0, m), l[1].flip(1));
        wide.mul_((near - sums).exp_().unsqueeze(2));
        Add(wide.narrow(1, w, m), y[0], l[0], sums.narrow(1, w, m));
        if (!causal)
            Add(wide.narrow(1, 0, m), scratch.Reversed(y[1]), l[1].flip(1), sums.narrow(1, 0, m));
        if (scratch.Wide is not null)
            output.copy_(wide);
    }

    private static (Tensor Query, Tensor Key, Tensor Value) HeadsBackward(
        Tensor gradient, Tensor output, Tensor sums, Tensor q, Tensor k, Tensor v, SelfExtendTurns turns, bool causal, double scale)
    {
        var (length, w) = (q.shape[1], turns.Window.Neighbours);
        var m = length - w;
        var (query, key, value) = new NeighbourBand(w, causal, scale).Backward(
            gradient, turns.Turn(turns.Near, q, 0, length), turns.Turn(turns.Near, k, 0, length), v, output, sums);
        (query, key) = (turns.TurnBack(turns.Near, query, 0), turns.TurnBack(turns.Near, key, 0));

        Tensor Rows(Tensor x) => causal ? x.narrow(1, w, m).unsqueeze(0) : stack([x.narrow(1, w, m), x.narrow(1, 0, m).flip(1)]);
        var far = new SelfExtendScratch(q.shape[0], length, w, q.shape[2], causal, q.dtype);
        far.FillFar(q, k, v, turns);
        var (gq, gk, gv) = FlashAttention.Backward(
            Rows(gradient), far.FarQuery, far.FarKey, far.FarValue, Rows(output), Rows(sums), causal: true, scale);
        query.narrow(1, w, m).AddHeld(turns.TurnBack(turns.Shifted, gq[0], w));
        key.narrow(1, 0, m).AddHeld(turns.TurnBack(turns.Grouped, gk[0], 0));
        value.narrow(1, 0, m).AddHeld(gv[0]);
        if (!causal)
        {
            query.narrow(1, 0, m).AddHeld(turns.TurnBack(turns.Grouped, gq[1].flip(1), 0));
            key.narrow(1, w, m).AddHeld(turns.TurnBack(turns.Shifted, gk[1].flip(1), w));
            value.narrow(1, w, m).AddHeld(gv[1].flip(1));
        }

        return (query, key, value);
    }

    private static void Grow(Tensor sums, Tensor more)
    {
        using var scope = NewDisposeScope();
        sums.copy_(logaddexp(sums, more));
    }

    private static void Add(Tensor output, Tensor part, Tensor own, Tensor sums)
    {
        using var scope = NewDisposeScope();
        output.AddProduct(part, (own - sums).exp_().unsqueeze(2));
    }
}
