using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>Attention between tokens nearer than w, in blocks: work and memory are linear in length.</summary>
/// <param name="Neighbours">w; distances from w on are hidden.</param>
/// <param name="Causal">Whether later keys are hidden too.</param>
/// <param name="Scale">Factor on the logits.</param>
internal sealed record NeighbourBand(int Neighbours, bool Causal, double Scale)
{
    private const int LeastRows = 64, MostRows = 512;

    /// <summary>Fills output [h, L, d] and log-sum-exps [h, L] from turned queries and keys and values [h, L, d].</summary>
    public void Attend(Tensor q, Tensor k, Tensor v, Tensor output, Tensor sums)
    {
        foreach (var piece in Pieces(q.shape[1]))
        {
            using var scope = NewDisposeScope();
            var (y, l) = FlashAttention.Attend(
                piece.Queries(q), piece.Windows(k), piece.Windows(v), piece.Mask(Neighbours, Causal, q.dtype), Scale);
            piece.Queries(output).copy_(y);
            piece.Queries(sums).copy_(l);
        }
    }

    /// <summary>Gradients of turned queries, turned keys and values, [h, L, d] each.</summary>
    public (Tensor Query, Tensor Key, Tensor Value) Backward(Tensor gradient, Tensor q, Tensor k, Tensor v, Tensor output, Tensor sums)
    {
        using var scope = NewDisposeScope();
        var (heads, length, d) = (q.shape[0], q.shape[1], q.shape[2]);
        var query = empty_like(q);
        var (key, value) = (zeros([heads, length + MostRows, d], q.dtype), zeros([heads, length + MostRows, d], q.dtype));
        foreach (var piece in Pieces(length))
        {
            using var inner = NewDisposeScope();
            var (gq, gk, gv) = FlashAttention.Backward(
                piece.Queries(gradient), piece.Queries(q), piece.Windows(k), piece.Windows(v), piece.Queries(output), piece.Queries(sums),
                piece.Mask(Neighbours, Causal, q.dtype), Scale);
            piece.Queries(query).copy_(gq);
            piece.AddWindows(key, gk);
            piece.AddWindows(value, gv);
        }

        return (query.MoveToOuterDisposeScope(), key.narrow(1, 0, length).MoveToOuterDisposeScope(), value.narrow(1, 0, length).MoveToOuterDisposeScope());
    }

    /// <summary>All rows: the blocks whose keys lie within the sequence together, those at its ends one by one.</summary>
    private IEnumerable<BandPiece> Pieces(long length)
    {
        long rows = LeastRows, back = Neighbours - 1;
        while (rows < Neighbours && rows < MostRows)
            rows *= 2;
        var ahead = Causal ? 0 : back;
        var (first, end) = ((back + rows - 1) / rows, (length - ahead) / rows);
        for (long block = 0; block * rows < length; block++)
        {
            var row = block * rows;
            if (block >= first && block < end)
            {
                yield return new(row, rows, end - first, row - back, rows + back + ahead);
                block = end - 1;
                continue;
            }

            var count = Math.Min(rows, length - row);
            var key = Math.Max(0, row - back);
            yield return new(row, count, 1, key, Math.Min(length, row + count + ahead) - key);
        }
    }
}
