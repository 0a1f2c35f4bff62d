namespace ML.Extensions.Positions;

/// <summary>
/// Llama 3.1's form, by wavelength 2π/θ: short ones stay, those beyond the window / low are divided by s, those between
/// lie on a line. Source: Llama 3, arXiv 2407.21783, and its published code.
/// </summary>
/// <param name="Factor">s; at least 1.</param>
/// <param name="LowFactor">Waves longer than Original / LowFactor are interpolated wholly.</param>
/// <param name="HighFactor">Waves shorter than Original / HighFactor stay.</param>
/// <param name="Original">Window before extension, tokens.</param>
internal sealed record Llama3Scaling(double Factor, double LowFactor, double HighFactor, int Original) : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "llama3";

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length) =>
        new(Array.ConvertAll(Plain(dimension, ropeBase), Scaled));

    /// <summary>Reads factor, low_freq_factor, high_freq_factor, original_max_position_embeddings.</summary>
    public static RotaryScaling Read(RotaryFields fields)
    {
        var (low, high) = (fields.Needed("low_freq_factor"), fields.Needed("high_freq_factor"));
        return high > low
            ? new Llama3Scaling(fields.Factor(), low, high, fields.Original("llama3"))
            : throw fields.Error($"high_freq_factor {high} is not above low_freq_factor {low}");
    }

    private double Scaled(double frequency)
    {
        var wave = 2 * Math.PI / frequency;
        if (wave < Original / HighFactor)
            return frequency;
        if (wave > Original / LowFactor)
            return frequency / Factor;
        var smooth = ((Original / wave) - LowFactor) / (HighFactor - LowFactor);
        return ((1 - smooth) * frequency / Factor) + (smooth * frequency);
    }
}
