namespace ML.Extensions.Positions;

/// <summary>
/// What GTE v1.5 calls "ntk": θ_j of the base s·b, divided by s^(2/dim); with "mixed_b" β the frequencies of b itself, each
/// divided by e^(a·(j+1)^β), a = ln(s) / (dim/2)^β. It always applies. Source: the model's own code, after
/// kexue.fm/archives/9706.
/// </summary>
/// <param name="Factor">s; at least 1.</param>
/// <param name="MixedB">β; null is the fixed form.</param>
internal sealed record GteNtkScaling(double Factor, double? MixedB) : RotaryScaling
{
    /// <inheritdoc/>
    public override string Name => "ntk";

    /// <inheritdoc/>
    public override RotaryFrequencies At(int dimension, double ropeBase, int length)
    {
        if (MixedB is not { } power)
        {
            var shrink = Math.Pow(Factor, 2.0 / dimension);
            return new(Array.ConvertAll(Plain(dimension, ropeBase * Factor), f => f / shrink));
        }

        var a = Math.Log(Factor) / Math.Pow(dimension / 2.0, power);
        return new([.. Plain(dimension, ropeBase).Select((f, j) => f / Math.Exp(a * Math.Pow(j + 1, power)))]);
    }

    /// <summary>Reads "factor" and "mixed_b".</summary>
    public static RotaryScaling Read(RotaryFields fields) => new GteNtkScaling(fields.Factor(), fields.Positive("mixed_b"));
}
