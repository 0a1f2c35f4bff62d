using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>SelfExtend in training: <see cref="SelfExtendAttention"/> with its backward pass as one step of the graph.</summary>
internal sealed class SelfExtendFunction : autograd.SingleTensorFunction<SelfExtendFunction>
{
    /// <inheritdoc/>
    public override string Name => "SelfExtend";

    /// <summary>Attends; gradients flow to q, k and v.</summary>
    /// <param name="q">[H, L, d], not turned.</param>
    /// <param name="k">[KeyHeads, L, d], not turned.</param>
    /// <param name="v">[KeyHeads, L, d].</param>
    /// <param name="turns">Rotations; they have to live until the backward pass.</param>
    /// <param name="causal">Whether a token sees no later one.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <returns>[H, L, d].</returns>
    public static Tensor Attend(Tensor q, Tensor k, Tensor v, SelfExtendTurns turns, bool causal, double scale) =>
        apply(q, k, v, turns, causal, scale);

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        var (q, k, v) = ((Tensor)vars[0], (Tensor)vars[1], (Tensor)vars[2]);
        var (turns, causal, scale) = ((SelfExtendTurns)vars[3], (bool)vars[4], (double)vars[5]);
        using var _ = no_grad();
        var (output, sums) = SelfExtendAttention.Attend(q, k, v, turns, causal, scale);
        ctx.save_for_backward([q, k, v, output, sums]);
        ctx.save_data("turns", turns);
        ctx.save_data("causal", causal);
        ctx.save_data("scale", scale);
        return output;
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor gradOutput)
    {
        var saved = ctx.get_saved_variables();
        using var _ = no_grad();
        var (query, key, value) = SelfExtendAttention.Backward(
            gradOutput, saved[0], saved[1], saved[2], saved[3], saved[4],
            (SelfExtendTurns)ctx.get_data("turns"), (bool)ctx.get_data("causal"), (double)ctx.get_data("scale"));
        return [query, key, value, null!, null!, null!];
    }
}
