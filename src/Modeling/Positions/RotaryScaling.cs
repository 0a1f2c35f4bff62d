namespace ML.Extensions.Positions;

/// <summary>
/// A form of rotary positions: from a base and a length to frequencies. Each form is a record in a file of its own and a
/// line in <see cref="RotaryScalings"/>. θ_j = b^(-2j/dim), j = 0 … dim/2 - 1, are the frequencies without scaling.
/// Source: RoFormer, arXiv 2104.09864.
/// </summary>
internal abstract record RotaryScaling
{
    /// <summary>Name in config.json: "yarn".</summary>
    public abstract string Name { get; }

    /// <summary>Whether frequencies depend on the sequence's length.</summary>
    public virtual bool DependsOnLength => false;

    /// <summary>Frequencies for a sequence.</summary>
    /// <param name="dimension">Rotated width of a head; even.</param>
    /// <param name="ropeBase">b.</param>
    /// <param name="length">Tokens of the sequence.</param>
    public abstract RotaryFrequencies At(int dimension, double ropeBase, int length);

    /// <summary>Rotated width of a head of which a part turns.</summary>
    public virtual int DimensionOf(int headWidth, double part) => (int)(headWidth * part);

    /// <summary>θ_j = b^(-2j/dim), [dim/2].</summary>
    protected static double[] Plain(int dimension, double ropeBase)
    {
        var frequencies = new double[dimension / 2];
        for (var j = 0; j < frequencies.Length; j++)
            frequencies[j] = Math.Pow(ropeBase, -2.0 * j / dimension);
        return frequencies;
    }

    /// <summary>The NTK-aware base for a factor s: b·s^(dim/(dim-2)). A single pair has none and keeps b.</summary>
    public static double Stretched(int dimension, double ropeBase, double factor) =>
        dimension > 2 ? ropeBase * Math.Pow(factor, dimension / (dimension - 2.0)) : ropeBase;
}
