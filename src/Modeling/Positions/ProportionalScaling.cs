namespace ML.Extensions.Positions;

/// <summary>
/// The whole head has a place in the rotation, but only its first pairs turn: frequencies are spaced by the whole width and
/// the rest are 0. Source: transformers' "proportional".
/// </summary>
/// <param name="Part">Part of the pairs that turn, above 0 and at most 1.</param>
/// <param name="Factor">Divisor of the frequencies.</param>
internal sealed record ProportionalScaling(double Part, double Factor) : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "proportional";

    /// <inheritdoc/>
    public override int DimensionOf(int headWidth, double part) => headWidth;

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length)
    {
        var turning = (int)(Part * dimension / 2);
        return new([.. Plain(dimension, ropeBase).Select((f, j) => j < turning ? f / Factor : 0)]);
    }

    /// <summary>Reads partial_rotary_factor and, where it is there, factor.</summary>
    public static RotaryScaling Read(RotaryFields fields) => new ProportionalScaling(fields.Part, fields.Positive("factor") ?? 1);
}
