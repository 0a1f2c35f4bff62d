namespace ML.Extensions.Positions;

/// <summary>Position interpolation: θ_j / s. Source: arXiv 2306.15595.</summary>
/// <param name="Factor">s; at least 1.</param>
internal sealed record LinearScaling(double Factor) : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "linear";

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length) =>
        new(Array.ConvertAll(Plain(dimension, ropeBase), f => f / Factor));

    /// <summary>Reads "factor".</summary>
    public static RotaryScaling Read(RotaryFields fields) => new LinearScaling(fields.Factor());
}
