using static ML.Extensions.Kernels.HeldNumbers;
using static TorchSharp.torch;

namespace ML.Extensions.Attention;

/// <summary>
/// Memory that the chunks of heads of one SelfExtend pass share: allocated again for each chunk, blocks of this size leave
/// holes in the heap that grow with the number of heads. The tensors belong to the scope that made them.
/// </summary>
internal sealed class SelfExtendScratch
{
    private readonly int _neighbours;
    private readonly long _far;
    private readonly Tensor _turned, _reversed;

    /// <summary>Allocates.</summary>
    /// <param name="heads">h, heads of a chunk.</param>
    /// <param name="length">L, tokens.</param>
    /// <param name="neighbours">w; less than L.</param>
    /// <param name="d">Width of a head.</param>
    /// <param name="causal">Whether there is no reversed triangle.</param>
    /// <param name="type">Type of queries, keys and values.</param>
    public SelfExtendScratch(long heads, long length, int neighbours, long d, bool causal, ScalarType type)
    {
        (Heads, Causal, _neighbours, _far) = (heads, causal, neighbours, length - neighbours);
        using var scope = NewDisposeScope();
        Tensor Block(long rows) => empty([heads * rows * d], type).MoveToOuterDisposeScope();
        Tensor Shaped(Tensor block, long sides, long rows) =>
            block.narrow(0, 0, sides * heads * rows * d).view(sides, heads, rows, d).MoveToOuterDisposeScope();
        var sides = causal ? 1 : 2;
        var (first, second, third) = (Block(Math.Max(length, sides * _far)), Block(Math.Max(length, sides * _far)), Block(sides * _far));
        (FarQuery, FarKey, FarValue) = (Shaped(first, sides, _far), Shaped(second, sides, _far), Shaped(third, sides, _far));
        NearQuery = Shaped(first, 1, length)[0].MoveToOuterDisposeScope();
        NearKey = Shaped(second, 1, length)[0].MoveToOuterDisposeScope();
        _turned = causal ? empty(0) : empty([heads, _far, d], type);
        _reversed = arange(Number(_far - 1), Number(-1), Number(-1), ScalarType.Int64);
        _turned.MoveToOuterDisposeScope();
        _reversed.MoveToOuterDisposeScope();
        Wide = type == ScalarType.Float32 ? null : empty(heads, length, d).MoveToOuterDisposeScope();
    }

    /// <summary>h.</summary>
    public long Heads { get; }

    /// <summary>Whether there is no reversed triangle.</summary>
    public bool Causal { get; }

    /// <summary>Queries turned by place, [h, L, d]; shares memory with <see cref="FarQuery"/>.</summary>
    public Tensor NearQuery { get; }

    /// <summary>Keys turned by place, [h, L, d]; shares memory with <see cref="FarKey"/>.</summary>
    public Tensor NearKey { get; }

    /// <summary>Queries of the triangles, [1 or 2, h, L - w, d].</summary>
    public Tensor FarQuery { get; }

    /// <summary>Keys of the triangles.</summary>
    public Tensor FarKey { get; }

    /// <summary>Values of the triangles.</summary>
    public Tensor FarValue { get; }

    /// <summary>Sums in float32, [h, L, d]; null where the output itself is float32.</summary>
    public Tensor? Wide { get; }

    /// <summary>
    /// Fills the triangles' inputs: queries from token w on see keys up to L - w (far earlier keys); and, reversed, queries up
    /// to L - w see keys from w on (far later keys).
    /// </summary>
    public void FillFar(Tensor q, Tensor k, Tensor v, SelfExtendTurns turns)
    {
        using var scope = NewDisposeScope();
        turns.TurnInto(turns.Shifted, q, _neighbours, FarQuery[0]);
        turns.TurnInto(turns.Grouped, k, 0, FarKey[0]);
        FarValue[0].copy_(v.narrow(1, 0, _far));
        if (Causal)
            return;
        turns.TurnInto(turns.Grouped, q, 0, _turned);
        FlashAttention.Rows(_turned, _reversed, FarQuery[1]);
        turns.TurnInto(turns.Shifted, k, _neighbours, _turned);
        FlashAttention.Rows(_turned, _reversed, FarKey[1]);
        FlashAttention.Rows(v.narrow(1, _neighbours, _far), _reversed, FarValue[1]);
    }

    /// <summary>x [h, L - w, d] in reverse order, in memory that the next chunk uses again.</summary>
    public Tensor Reversed(Tensor x)
    {
        FlashAttention.Rows(x, _reversed, _turned);
        return _turned;
    }
}
