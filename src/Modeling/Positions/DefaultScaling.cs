namespace ML.Extensions.Positions;

/// <summary>Positions as trained: θ_j.</summary>
internal sealed record DefaultScaling : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "default";

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length) => new(Plain(dimension, ropeBase));

    /// <summary>Reads the form; it has no parameters.</summary>
    public static RotaryScaling Read(RotaryFields fields) => new DefaultScaling();
}
