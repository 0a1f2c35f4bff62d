using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Positions;

/// <summary>
/// Cosines and sines of a stretch of tokens, [T, dim/2]. Angles are position times frequency in float32, as in the
/// reference implementation: in double they would differ from it by 1e-5 at a few hundred tokens.
/// </summary>
internal sealed class RotaryTable
{
    private readonly Tensor _cos, _sin;

    private RotaryTable(Tensor cos, Tensor sin) => (_cos, _sin) = (cos, sin);

    /// <summary>Cosines, [T, dim/2].</summary>
    public Tensor Cosines => _cos;

    /// <summary>Sines, [T, dim/2].</summary>
    public Tensor Sines => _sin;

    /// <summary>Makes the table; its tensors belong to the current scope.</summary>
    /// <param name="frequencies">Frequencies, [dim/2].</param>
    /// <param name="positions">Position of each token, [T]; fractions turn by the fraction.</param>
    /// <param name="device">Where the table is used.</param>
    /// <param name="type">Type of the queries and keys.</param>
    public static RotaryTable Of(RotaryFrequencies frequencies, ReadOnlySpan<float> positions, Device device, ScalarType type)
    {
        using var scope = NewDisposeScope();
        var angles = outer(tensor(positions.ToArray()), tensor(Array.ConvertAll(frequencies.InverseFrequencies, f => (float)f))); // [T, dim/2]
        var (cos, sin) = (angles.cos(), angles.sin());
        if (frequencies.AttentionFactor != 1)
        {
            cos.MultiplyHeld(frequencies.AttentionFactor);
            sin.MultiplyHeld(frequencies.AttentionFactor);
        }

        return new(cos.to(type, device).MoveToOuterDisposeScope(), sin.to(type, device).MoveToOuterDisposeScope());
    }

    /// <summary>Tables one behind the other.</summary>
    public static RotaryTable Joined(IReadOnlyList<RotaryTable> parts) => parts.Count == 1 ? parts[0]
        : new(cat([.. parts.Select(p => p._cos)]), cat([.. parts.Select(p => p._sin)]));

    /// <summary>A stretch of the tokens; a view.</summary>
    public RotaryTable Slice(long first, long count) => new(_cos.narrow(0, first, count), _sin.narrow(0, first, count));

    /// <summary>The table with sines negated: it turns back what this one turns, and by the square of the attention factor.</summary>
    public RotaryTable Reversed() => new(_cos, -_sin);

    /// <summary>x [T, heads, d] turned: the first dim numbers of each head, the rest stays.</summary>
    /// <param name="x">Queries or keys.</param>
    /// <param name="interleaved">Whether neighbours 2j and 2j+1 turn together (GPT-J), instead of j and j + dim/2 (GPT-NeoX).</param>
    public Tensor Apply(Tensor x, bool interleaved)
    {
        using var scope = NewDisposeScope();
        if (x.requires_grad && !interleaved && x.shape[^1] == 2 * _cos.shape[^1])
        {
            // Fewer steps for the graph: halves change places, x [cos, cos] + x' [-sin, sin].
            var (cos, sin) = (cat([_cos, _cos], 1).unsqueeze(1), cat([-_sin, _sin], 1).unsqueeze(1)); // [T, 1, d]
            return (x * cos).Plus(x.roll(_cos.shape[^1], -1) * sin).MoveToOuterDisposeScope();
        }

        return Turned(x, _cos.unsqueeze(1), _sin.unsqueeze(1), interleaved).MoveToOuterDisposeScope(); // by [T, 1, dim/2]
    }

    /// <summary>x [heads, T, d] turned; as in Apply.</summary>
    public Tensor ApplyHeads(Tensor x, bool interleaved)
    {
        using var scope = NewDisposeScope();
        return Turned(x, _cos, _sin, interleaved).MoveToOuterDisposeScope();
    }

    /// <summary>The same, written into a tensor of x's shape, without memory of its own.</summary>
    public void ApplyHeadsInto(Tensor x, bool interleaved, Tensor target)
    {
        using var scope = NewDisposeScope();
        var half = _cos.shape[^1];
        Tensor Part(Tensor of, int n) => interleaved
            ? of.narrow(-1, 0, 2 * half).unflatten(2, half, 2).select(-1, n) : of.narrow(-1, n * half, half);
        var (a, b) = (Part(x, 0), Part(x, 1));
        Part(target, 0).copy_(a).mul_(_cos).SubtractProduct(b, _sin);
        Part(target, 1).copy_(b).mul_(_cos).AddProduct(a, _sin);
        if (x.shape[^1] - (2 * half) is > 0 and var rest)
            target.narrow(-1, 2 * half, rest).copy_(x.narrow(-1, 2 * half, rest));
    }

    private static Tensor Turned(Tensor x, Tensor cos, Tensor sin, bool interleaved)
    {
        var half = cos.shape[^1];
        var rest = x.shape[^1] - (2 * half);
        Tensor turned;
        if (interleaved)
        {
            var pairs = x.narrow(-1, 0, 2 * half).reshape(x.shape[0], x.shape[1], half, 2); // [·, ·, dim/2, 2]
            var (a, b) = (pairs.select(-1, 0), pairs.select(-1, 1));
            turned = stack([First(a, b, cos, sin), Second(a, b, cos, sin)], -1).flatten(2, 3);
        }
        else
        {
            var (a, b) = (x.narrow(-1, 0, half), x.narrow(-1, half, half));
            turned = cat([First(a, b, cos, sin), Second(a, b, cos, sin)], -1);
        }

        return rest == 0 ? turned : cat([turned, x.narrow(-1, 2 * half, rest)], -1);
    }

    private static Tensor First(Tensor a, Tensor b, Tensor cos, Tensor sin) => (a * cos).SubtractProduct(b, sin);

    private static Tensor Second(Tensor a, Tensor b, Tensor cos, Tensor sin) => (b * cos).AddProduct(a, sin);
}
