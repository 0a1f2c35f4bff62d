namespace ML.Extensions.GraphKv;

/// <summary>
/// PINE: nothing is cached but the prefix; segments and question go through the network together, and each query sees the
/// segments in its own order. Segments are gone through in the order of their tokens, so that the caller's order changes no bit.
/// </summary>
internal sealed record PinePlan : GraphKvPlan
{
    /// <inheritdoc/>
    public override string Name => "pine";

    /// <inheritdoc/>
    public override bool HasShares => false;

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input)
    {
        int[][] segments = [.. input.Segments];
        Array.Sort(segments, (a, b) => a.AsSpan().SequenceCompareTo(b));
        return new(input.PrefixLinks, input.Places()[^1]) { Reordered = segments };
    }
}
