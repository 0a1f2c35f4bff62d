namespace ML.Extensions.GraphKv;

/// <summary>Each segment by itself, all at the position behind the prefix; the question behind the longest.</summary>
internal sealed record ParallelWindowsPlan : GraphKvPlan
{
    /// <inheritdoc/>
    public override string Name => "pcw";

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input)
    {
        var links = Enumerable.Range(0, input.Segments.Count).Select(n => input.Seen(input.New(n, input.Start, [], SegmentsSeePrefix), input.Start, n));
        return new([.. input.PrefixLinks, .. links], input.Start + input.Longest);
    }
}
