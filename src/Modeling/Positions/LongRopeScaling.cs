namespace ML.Extensions.Positions;

/// <summary>
/// LongRoPE: each pair has a divisor of its own, θ_j / f_j; one list for sequences within the original window, one for longer
/// ones. Cosines and sines are multiplied by sqrt(1 + ln s / ln W) in both cases. Source: arXiv 2402.13753.
/// </summary>
/// <param name="Short">Divisors within the original window, [dim/2].</param>
/// <param name="Long">Divisors beyond it, [dim/2].</param>
/// <param name="Original">W, window before extension, tokens.</param>
/// <param name="AttentionFactor">Factor on cosines and sines.</param>
internal sealed record LongRopeScaling(double[] Short, double[] Long, int Original, double AttentionFactor) : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "longrope";

    /// <inheritdoc/>
    public override bool DependsOnLength => true;

    /// <summary>sqrt(1 + ln s / ln W), and 1 for s up to 1.</summary>
    public static double Attention(double factor, int original) =>
        factor <= 1 ? 1 : Math.Sqrt(1 + (Math.Log(factor) / Math.Log(original)));

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length)
    {
        var divisors = length > Original ? Long : Short;
        if (divisors.Length != dimension / 2)
            throw new ArgumentException($"LongRoPE has {divisors.Length} factors; a rotated width of {dimension} needs {dimension / 2}.", nameof(dimension));
        return new([.. Plain(dimension, ropeBase).Zip(divisors, (f, by) => f / by)], AttentionFactor);
    }

    /// <summary>Reads short_factor, long_factor, original_max_position_embeddings, factor, attention_factor.</summary>
    public static RotaryScaling Read(RotaryFields fields)
    {
        var original = fields.Original("longrope");
        var factor = fields.Factor(original);
        return new LongRopeScaling(
            fields.Divisors("short_factor"), fields.Divisors("long_factor"), original,
            fields.Positive("attention_factor") ?? Attention(factor, original));
    }
}
