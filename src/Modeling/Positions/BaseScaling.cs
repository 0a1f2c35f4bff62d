namespace ML.Extensions.Positions;

/// <summary>A base times λ: θ_j = (λ·b)^(-2j/dim). Source: LongEmbed, arXiv 2404.12096, table 6.</summary>
/// <param name="Lambda">λ; at least 1.</param>
internal sealed record BaseScaling(double Lambda) : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "base";

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length) => new(Plain(dimension, ropeBase * Lambda));
}
