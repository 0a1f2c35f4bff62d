using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>Some query heads and the key heads that serve them.</summary>
/// <param name="First">First query head.</param>
/// <param name="Count">Query heads.</param>
/// <param name="Share">Query heads that share a key head.</param>
internal sealed record HeadChunk(long First, long Count, long Share)
{
    /// <summary>The chunk's query heads of x [H, …]; a view.</summary>
    public Tensor Take(Tensor x) => x.narrow(0, First, Count);

    /// <summary>For each of the chunk's query heads its key head of x [KeyHeads, …].</summary>
    public Tensor TakeKeys(Tensor x) => Share == 1 ? Take(x) : x.index_select(0, KeyHeads);

    /// <summary>Adds a gradient of <see cref="TakeKeys"/> to that of x.</summary>
    public void AddKeys(Tensor x, Tensor gradient)
    {
        if (Share == 1)
            Take(x).copy_(gradient);
        else
            x.index_add_(0, KeyHeads, gradient, Number(1));
    }

    private Tensor KeyHeads => Range(First, First + Count).div(Number(Share), RoundingMode.floor);
}
