namespace ML.Extensions.Positions;

/// <summary>
/// YaRN: pairs that turn more than β_fast times within the original window keep θ_j, those that turn less than β_slow times
/// get θ_j / s, and those between lie on a line in j. Cosines and sines are multiplied by a factor of ln s.
/// Source: arXiv 2309.00071, section 3.2; the ramp in j is that of its code.
/// </summary>
/// <param name="Factor">s.</param>
/// <param name="Original">Window before extension, tokens.</param>
internal sealed record YarnScaling(double Factor, int Original) : RotaryScaling
{
    /// <summary>Turns within the window above which a pair stays.</summary>
    public double BetaFast { get; init; } = 32;

    /// <summary>Turns below which a pair is interpolated wholly.</summary>
    public double BetaSlow { get; init; } = 1;

    /// <summary>Whether the ramp's ends are rounded outwards to whole j.</summary>
    public bool Truncate { get; init; } = true;

    /// <summary>Factor on cosines and sines; null is 0.1 ln s + 1.</summary>
    public double? AttentionFactor { get; init; }

    /// <inheritdoc/>
    public override string Name => "yarn";

    /// <summary>0.1·k·ln s + 1, and 1 for s up to 1.</summary>
    public static double Temperature(double factor, double k = 1) => factor <= 1 ? 1 : (0.1 * k * Math.Log(factor)) + 1;

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length)
    {
        var (low, high) = Ramp(dimension, ropeBase);
        var frequencies = Plain(dimension, ropeBase);
        for (var j = 0; j < frequencies.Length; j++)
        {
            var ramp = Math.Clamp((j - low) / (high - low), 0, 1);
            frequencies[j] = (frequencies[j] / Factor * ramp) + (frequencies[j] * (1 - ramp));
        }

        return new(frequencies, AttentionFactor ?? Temperature(Factor));
    }

    /// <summary>Reads factor, original_max_position_embeddings, beta_fast, beta_slow, truncate, attention_factor, mscale, mscale_all_dim.</summary>
    public static RotaryScaling Read(RotaryFields fields)
    {
        var original = fields.Original("yarn");
        var factor = fields.Factor(original);
        var (scale, all) = (fields.Number("mscale"), fields.Number("mscale_all_dim"));
        double? attention = scale is > 0 or < 0 && all is > 0 or < 0
            ? Temperature(factor, scale!.Value) / Temperature(factor, all!.Value) : null;
        return new YarnScaling(factor, original)
        {
            BetaFast = fields.Positive("beta_fast") ?? 32,
            BetaSlow = fields.Positive("beta_slow") ?? 1,
            Truncate = fields.Flag("truncate") ?? true,
            AttentionFactor = fields.Positive("attention_factor") ?? attention,
        };
    }

    private (double Low, double High) Ramp(int dimension, double ropeBase)
    {
        double Pair(double turns) => dimension * Math.Log(Original / (turns * 2 * Math.PI)) / (2 * Math.Log(ropeBase));
        var (low, high) = (Pair(BetaFast), Pair(BetaSlow));
        if (Truncate)
            (low, high) = (Math.Floor(low), Math.Ceiling(high));
        (low, high) = (Math.Max(low, 0), Math.Min(high, dimension - 1));
        return low == high ? (low, high + 0.001) : (low, high);
    }
}
