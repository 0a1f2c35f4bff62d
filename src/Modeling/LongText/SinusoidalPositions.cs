using ML.Extensions.Transformers;
using ML.Extensions.Transformers.Families;

namespace ML.Extensions.LongText;

/// <summary>Sines and cosines of the position, added to the words' vectors times the root of their width. Nothing is learned. Source: arXiv 1706.03762.</summary>
/// <param name="Base">Longest wavelength over 2π.</param>
public sealed record SinusoidalPositions(double Base = 10_000) : TextPositions
{
    private const string Key = "sinusoidal_base";

    /// <summary>Longest wavelength over 2π.</summary>
    public double Base { get; init; } = Base > 1 && double.IsFinite(Base) ? Base : throw new ArgumentOutOfRangeException(nameof(Base), Base, "Base must be above 1.");

    /// <inheritdoc/>
    public override string Name => "sinusoidal";

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, object> Keys => new Dictionary<string, object> { [Key] = Base };

    /// <inheritdoc/>
    internal override TransformerSpec Read(ModelConfig config)
    {
        var longest = config.Number(Key, 10_000);
        var spec = BertFamily.Read(config, "bert", null);
        if (longest <= 1 || spec.Embedding.Width % 2 != 0)
            throw new InvalidDataException($"{config.Origin}: sinusoidal positions need an even width and a {Key} above 1; found {spec.Embedding.Width} and {longest}.");
        return spec with { Embedding = spec.Embedding with { Waves = longest, Scale = Math.Sqrt(spec.Embedding.Width) } };
    }
}
