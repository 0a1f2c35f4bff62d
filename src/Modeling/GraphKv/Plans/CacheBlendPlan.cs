namespace ML.Extensions.GraphKv;

/// <summary>Block attention, with a part of the tokens computed anew together with the question.</summary>
/// <param name="Part">r.</param>
internal sealed record CacheBlendPlan(double Part) : GraphKvPlan
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"cacheblend({Part})");

    /// <inheritdoc/>
    public override bool HasShares => false;

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input) =>
        new BlockAttentionPlan { SegmentsSeePrefix = SegmentsSeePrefix }.Lay(input) with { Blend = Part };
}
