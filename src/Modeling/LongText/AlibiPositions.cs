namespace ML.Extensions.LongText;

/// <summary>Logits fall linearly with the distance to both sides, by a slope of each head. Nothing is learned. Source: arXiv 2108.12409.</summary>
public sealed record AlibiPositions : TextPositions
{
    /// <inheritdoc/>
    public override string Name => "alibi";

    /// <inheritdoc/>
    internal override IReadOnlyDictionary<string, object> Keys => new Dictionary<string, object> { ["feed_forward_type"] = "original" };

    /// <inheritdoc/>
    internal override bool ReadsConfig => false;
}
