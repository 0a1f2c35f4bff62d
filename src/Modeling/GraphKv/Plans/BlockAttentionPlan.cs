namespace ML.Extensions.GraphKv;

/// <summary>Each segment by itself, at ordinary positions.</summary>
internal sealed record BlockAttentionPlan : GraphKvPlan
{
    /// <inheritdoc/>
    public override string Name => "block";

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input)
    {
        var places = input.Places();
        var links = Enumerable.Range(0, input.Segments.Count).Select(n => input.Seen(input.New(n, places[n], [], SegmentsSeePrefix), places[n], n));
        return new([.. input.PrefixLinks, .. links], places[^1]);
    }
}
