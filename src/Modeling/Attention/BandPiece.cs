using ML.Extensions.Kernels;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>
/// Equal blocks of queries, each with its stretch of keys: block b has the rows from Row + b·Rows and the keys from
/// Key + b·Rows, so that one mask serves all.
/// </summary>
/// <param name="Row">First row of the first block.</param>
/// <param name="Rows">Rows of a block.</param>
/// <param name="Blocks">Number of blocks.</param>
/// <param name="Key">First key of the first block.</param>
/// <param name="Keys">Keys that a block sees, in part.</param>
internal sealed record BandPiece(long Row, long Rows, long Blocks, long Key, long Keys)
{
    /// <summary>The rows of x [h, L, …] by block: [h, Blocks, Rows, …]; a view.</summary>
    public Tensor Queries(Tensor x) => x.narrow(1, Row, Blocks * Rows).unflatten(1, Blocks, Rows);

    /// <summary>The keys of x [h, L, d] by block: [h, Blocks, Keys, d]; a view, whose blocks overlap.</summary>
    public Tensor Windows(Tensor x) => x.narrow(1, Key, ((Blocks - 1) * Rows) + Keys).unfold(1, Keys, Rows).transpose(2, 3);

    /// <summary>0 where a query sees a key and minus infinity elsewhere, [Rows, Keys].</summary>
    public Tensor Mask(int neighbours, bool causal, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var distance = Range(Row, Row + Rows).unsqueeze(1) - Range(Key, Key + Keys);
        var hidden = distance.ge(Number(neighbours)).logical_or(causal ? distance.lt(Number(0)) : distance.le(Number(-neighbours)));
        return zeros([Rows, Keys], type).masked_fill_(hidden, Number(float.NegativeInfinity)).MoveToOuterDisposeScope();
    }

    /// <summary>Adds what the blocks give [h, Blocks, Keys, d] to the keys' sums [h, at least L + Rows, d].</summary>
    public void AddWindows(Tensor sums, Tensor windows)
    {
        for (long at = 0; at < Keys; at += Rows) // a stretch of at most Rows keys of all blocks: these do not overlap
        {
            using var scope = NewDisposeScope();
            var count = Math.Min(Rows, Keys - at);
            sums.narrow(1, Key + at, Blocks * Rows).unflatten(1, Blocks, Rows).narrow(2, 0, count).AddHeld(windows.narrow(2, at, count));
        }
    }
}
