using ML.Extensions.Kernels;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>
/// SelfExtend by blocks of queries with their logits written out: on any device, with soft-capped logits, and for queries
/// that are the last of their sequence. Memory is linear in length; slower than <see cref="SelfExtendAttention"/>.
/// </summary>
internal static class SelfExtendBlocks
{
    /// <summary>Logits held at once, all heads together.</summary>
    private const long BlockLogits = 4 << 20;

    /// <summary>Attends.</summary>
    /// <param name="q">[H, L, d], not turned; the last L tokens of the sequence.</param>
    /// <param name="k">[KeyHeads, S, d], not turned.</param>
    /// <param name="v">[KeyHeads, S, d].</param>
    /// <param name="turns">Rotations of S tokens.</param>
    /// <param name="causal">Whether a token sees no later one.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <param name="softCap">Logits l become c · tanh(l / c); null leaves them.</param>
    /// <returns>[H, L, d].</returns>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, SelfExtendTurns turns, bool causal, double scale, double? softCap)
    {
        using var scope = NewDisposeScope();
        var (heads, length, count) = (q.shape[0], q.shape[1], k.shape[1]);
        Tensor Spread(Tensor x) => x.repeat_interleave(heads / x.shape[0], 0); // [H, S, d]
        var near = Spread(turns.Turn(turns.Near, k, 0, count)).transpose(1, 2); // [H, d, S]
        var earlier = Spread(turns.Turn(turns.Grouped, k, 0, count)).transpose(1, 2);
        var later = causal ? null : Spread(turns.Turn(turns.Shifted, k, 0, count)).transpose(1, 2);
        var values = Spread(v);
        var block = Math.Clamp(BlockLogits / (heads * count), 1, length);
        var parts = new List<Tensor>();
        for (long from = 0; from < length; from += block)
            parts.Add(Block(from, Math.Min(block, length - from)));
        return cat(parts, 1).MoveToOuterDisposeScope();

        Tensor Block(long from, long rows)
        {
            using var inner = NewDisposeScope();
            var first = count - length + from; // the block's first token
            var distance = Range(first, first + rows, device: q.device).unsqueeze(1) - Range(0, count, device: q.device); // i - j
            var part = q.narrow(1, from, rows);
            Tensor Logits(Positions.RotaryTable table, Tensor keys) => matmul(turns.TurnTokens(table, part, first), keys);
            var far = Logits(turns.Shifted, earlier);
            if (later is not null)
                far = where(distance.gt(Number(0)), far, Logits(turns.Grouped, later));
            var logits = where(distance.abs().lt(Number(turns.Window.Neighbours)), Logits(turns.Near, near), far).to(ScalarType.Float32).MultiplyHeld(scale);
            if (softCap is { } cap)
                logits = logits.DivideHeld(cap).tanh_().MultiplyHeld(cap);
            if (causal)
                logits = logits.masked_fill_(distance.lt(Number(0)), Number(float.NegativeInfinity));
            return matmul(logits.softmax(-1).to(v.dtype), values).MoveToOuterDisposeScope();
        }
    }
}
