namespace ML.Extensions.LongText;

/// <summary>Queries and keys are turned by their positions, in every layer. Source: RoFormer, arXiv 2104.09864; in a BERT as E5-RoPE, arXiv 2404.12096.</summary>
/// <param name="Base">Rotary base b; a larger one turns more slowly.</param>
public sealed record RotaryPositions(double Base = 10_000) : TextPositions
{
    /// <summary>Rotary base b.</summary>
    public double Base { get; init; } = Base > 1 && double.IsFinite(Base) ? Base : throw new ArgumentOutOfRangeException(nameof(Base), Base, "Base must be above 1.");

    /// <inheritdoc/>
    public override string Name => "rope";

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, object> Keys => new Dictionary<string, object> { ["rope_theta"] = Base, ["rope_interleaved"] = false };

    /// <inheritdoc/>
    internal override bool ReadsConfig => false;
}
