namespace ML.Extensions.GraphKv;

/// <summary>
/// Graph-KV as the authors' code has it for retrieved passages: the best stand one behind the other from 0, all segments,
/// the best included, are encoded anew behind them; the answer sees all twice, one behind the other.
/// </summary>
/// <param name="Count">Number of sources.</param>
internal sealed record ReleasedPlan(int Count) : GraphKvPlan
{
    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"released-top-{Count}");

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input)
    {
        var (count, places) = (input.Segments.Count, input.Places());
        Entry[] alone = [.. Enumerable.Range(0, count).Select(n => input.New(n, places[n], [], SegmentsSeePrefix))];
        var (sources, length) = (new List<EntryLink>(), 0);
        foreach (var n in Enumerable.Range(0, count).Skip(count - Count))
        {
            sources.Add(new(alone[n], (SegmentsSeePrefix ? input.Start : 0) + length));
            length += input.Segments[n].Length;
        }

        var own = (SegmentsSeePrefix ? input.Start : 0) + length;
        var links = new List<EntryLink>(input.PrefixLinks);
        links.AddRange(Enumerable.Range(0, count).Select(n => input.Seen(alone[n], places[n], n)));
        links.AddRange(Enumerable.Range(0, count).Select(n => input.Seen(
            input.New(n, own, sources, SegmentsSeePrefix), places[^1] + places[n] - input.Start, n)));
        return new(links, (2 * places[^1]) - input.Start);
    }
}
