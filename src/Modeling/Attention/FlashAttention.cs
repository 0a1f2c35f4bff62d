using ML.Extensions.Devices;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>
/// libtorch's own blockwise attention on the CPU with its log-sum-exp, and its backward pass. Passes over disjoint keys can
/// be merged by the log-sum-exps exactly; a part's backward with the merged output and log-sum-exp gives that part's share
/// of the merged gradient. Source: FlashAttention, arXiv 2205.14135.
/// </summary>
internal static class FlashAttention
{
    private static readonly Lazy<jit.ScriptModule> Text = new(() => TorchScript.Load("""
        def attend(self, q: Tensor, k: Tensor, v: Tensor, causal: bool, scale: float) -> List[Tensor]:
            y, sums = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0., causal, attn_mask=None, scale=scale)
            return [y, sums]

        def masked(self, q: Tensor, k: Tensor, v: Tensor, mask: Tensor, scale: float) -> List[Tensor]:
            y, sums = torch._scaled_dot_product_flash_attention_for_cpu(q, k, v, 0., False, attn_mask=mask, scale=scale)
            return [y, sums]

        def back(self, g: Tensor, q: Tensor, k: Tensor, v: Tensor, y: Tensor, sums: Tensor, causal: bool, scale: float) -> List[Tensor]:
            gq, gk, gv = torch._scaled_dot_product_flash_attention_for_cpu_backward(g, q, k, v, y, sums, 0., causal, attn_mask=None, scale=scale)
            return [gq, gk, gv]

        def masked_back(self, g: Tensor, q: Tensor, k: Tensor, v: Tensor, y: Tensor, sums: Tensor, mask: Tensor, scale: float) -> List[Tensor]:
            gq, gk, gv = torch._scaled_dot_product_flash_attention_for_cpu_backward(g, q, k, v, y, sums, 0., False, attn_mask=mask, scale=scale)
            return [gq, gk, gv]

        def rows(self, x: Tensor, numbers: Tensor, target: Tensor) -> Tensor:
            return torch.index_select(x, 1, numbers, out=target)

        """));

    /// <summary>softmax(q kᵀ · scale) v and the logarithm of each row's sum of exponentials.</summary>
    /// <param name="q">[B, H, L, d]; the last dimension is contiguous.</param>
    /// <param name="k">[B, H, S, d].</param>
    /// <param name="v">[B, H, S, d].</param>
    /// <param name="causal">Whether query i sees keys up to i only.</param>
    /// <param name="scale">Factor on the logits.</param>
    /// <returns>[B, H, L, d] and [B, H, L], float32.</returns>
    public static (Tensor Output, Tensor Sums) Attend(Tensor q, Tensor k, Tensor v, bool causal, double scale) =>
        Pair((Tensor[])Text.Value.Call("attend", q, k, v, causal, scale));

    /// <summary>The same with a mask that is added to the logits, [L, S].</summary>
    public static (Tensor Output, Tensor Sums) Attend(Tensor q, Tensor k, Tensor v, Tensor mask, double scale) =>
        Pair((Tensor[])Text.Value.Call("masked", q, k, v, mask, scale));

    /// <summary>Gradients of queries, keys and values, from that of the output.</summary>
    public static (Tensor Query, Tensor Key, Tensor Value) Backward(
        Tensor gradient, Tensor q, Tensor k, Tensor v, Tensor output, Tensor sums, bool causal, double scale) =>
        Triple((Tensor[])Text.Value.Call("back", gradient, q, k, v, output, sums, causal, scale));

    /// <summary>The same with a mask, [L, S].</summary>
    public static (Tensor Query, Tensor Key, Tensor Value) Backward(
        Tensor gradient, Tensor q, Tensor k, Tensor v, Tensor output, Tensor sums, Tensor mask, double scale) =>
        Triple((Tensor[])Text.Value.Call("masked_back", gradient, q, k, v, output, sums, mask, scale));

    /// <summary>Rows of x [h, S, d] by their numbers [L], written into a tensor [h, L, d].</summary>
    public static void Rows(Tensor x, Tensor numbers, Tensor target)
    {
        using var same = (Tensor)Text.Value.Call("rows", x, numbers, target);
    }

    private static (Tensor, Tensor) Pair(Tensor[] found) => (found[0], found[1]);

    private static (Tensor, Tensor, Tensor) Triple(Tensor[] found) => (found[0], found[1], found[2]);
}
