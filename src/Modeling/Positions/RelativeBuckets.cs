using ML.Extensions.Kernels;
using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Positions;

/// <summary>
/// T5's buckets of distances: half of them hold one distance each, the other half grow logarithmically up to a largest
/// distance. Bidirectional models use one half of the buckets for earlier keys and one for later ones. Source: arXiv 1910.10683.
/// </summary>
internal static class RelativeBuckets
{
    /// <summary>Bucket of each distance key - query; int64, of the same shape.</summary>
    /// <param name="distance">float32.</param>
    /// <param name="buckets">Number of buckets.</param>
    /// <param name="bidirectional">Whether later keys have buckets of their own; else they count as distance 0.</param>
    /// <param name="most">Distance from which on all share the last bucket.</param>
    public static Tensor Of(Tensor distance, int buckets, bool bidirectional, int most)
    {
        using var scope = NewDisposeScope();
        var count = bidirectional ? buckets / 2 : buckets;
        var far = bidirectional ? distance.abs() : distance.clamp_max(Number(0)).neg_();
        var exact = count / 2;
        var log = far.clamp_min(Number(1)).Over(exact).log_().DivideHeld((float)Math.Log(most / (double)exact)).MultiplyHeld(count - exact);
        var bucket = where(far.lt(Number(exact)), far.floor(), log.floor_().AddHeld(exact).clamp_max_(Number(count - 1)));
        if (bidirectional)
            bucket = bucket.Plus(distance.gt(Number(0)).to(ScalarType.Float32).Times(count));
        return bucket.to(ScalarType.Int64).MoveToOuterDisposeScope();
    }

    /// <summary>Added to the logits, from distances key - query [n, L, S] and a table [buckets, H]: [n, H, L, S].</summary>
    public static Tensor Bias(Tensor distance, Tensor table, bool bidirectional, int most)
    {
        using var scope = NewDisposeScope();
        var bucket = Of(distance, (int)table.shape[0], bidirectional, most);
        var heads = table.t().contiguous().index_select(1, bucket.flatten()); // [H, n·L·S]: each head's logits stand together, as the kernel reads them
        return heads.view([table.shape[1], .. bucket.shape]).transpose(0, 1).MoveToOuterDisposeScope();
    }
}
