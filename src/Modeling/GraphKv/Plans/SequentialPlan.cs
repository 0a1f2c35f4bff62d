namespace ML.Extensions.GraphKv;

/// <summary>Each segment sees the prefix and all before it, at ordinary positions: equal to one causal sequence.</summary>
internal sealed record SequentialPlan : GraphKvPlan
{
    /// <inheritdoc/>
    public override string Name => "sequential";

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input)
    {
        var places = input.Places();
        var links = new List<EntryLink>();
        for (var n = 0; n < input.Segments.Count; n++)
            links.Add(input.Seen(input.New(n, places[n], links, seesPrefix: true), places[n], n));
        return new([.. input.PrefixLinks, .. links], places[^1]);
    }
}
