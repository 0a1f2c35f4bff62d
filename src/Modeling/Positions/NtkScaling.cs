namespace ML.Extensions.Positions;

/// <summary>
/// NTK-aware positions: a larger base, so that slow rotations stretch and fast ones stay as trained:
/// b' = b·s^(dim/(dim-2)). The first frequency stays 1 and the last is that of <see cref="LinearScaling"/>.
/// Source: YaRN, arXiv 2309.00071, section 3.1.
/// </summary>
/// <param name="Factor">s; at least 1.</param>
internal sealed record NtkScaling(double Factor) : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "ntk-aware";

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length) =>
        new(Plain(dimension, Stretched(dimension, ropeBase, Factor)));

    /// <summary>Reads "factor".</summary>
    public static RotaryScaling Read(RotaryFields fields) => new NtkScaling(fields.Factor());
}
