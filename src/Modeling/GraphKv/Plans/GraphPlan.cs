namespace ML.Extensions.GraphKv;

/// <summary>
/// Graph-KV with shared ranges: with P the prefix's tokens and L the range of a segment, segments by themselves stand at P,
/// targets of round t at P + t·L, where they see the round before; the question behind the last range.
/// </summary>
/// <param name="Edges">Who sees whom.</param>
/// <param name="Rounds">Rounds; beyond layers - 1 nothing changes any more.</param>
/// <param name="Readout">What the answer sees.</param>
internal sealed record GraphPlan(SegmentGraph Edges, int Rounds, GraphReadout Readout) : GraphKvPlan
{
    private const int RoundUp = 64;

    /// <inheritdoc/>
    public override string Name => FormattableString.Invariant($"graph-{Edges.Name}{(Rounds == 1 ? "" : $"-rounds-{Rounds}")}");

    /// <summary>
    /// L, tokens of a range; no segment may be longer. Null is the longest segment, rounded up to 64: then a longer segment
    /// beside them moves all ranges, and targets are computed anew.
    /// </summary>
    public int? SourceLength { get; init; }

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input)
    {
        var sources = Edges.Sources(input.Segments.Count, input.Edges);
        var (length, start) = (Range(input, SourceLength), input.Start);
        var rounds = Array.TrueForAll(sources, s => s.Length == 0) ? 0 : Math.Min(Rounds, Math.Max(0, input.Layers - 1));
        var alone = Alone(input, SegmentsSeePrefix);
        var last = Round(input, sources, alone, length, rounds, SegmentsSeePrefix);
        var place = start + (rounds * length);
        return new(Seen(input, sources, alone, last, rounds == 0 ? GraphReadout.FinalOnly : Readout, place), place + length);
    }

    /// <summary>L for these segments.</summary>
    /// <exception cref="ArgumentException">A segment is longer than the given L.</exception>
    public static int Range(PlanInput input, int? given)
    {
        if (given < input.Longest)
            throw new ArgumentException($"A segment has {input.Longest} tokens; the plan gives each {given}. Cut the segment, or give the plan a larger SourceLength.");
        return given ?? (input.Longest + RoundUp - 1) / RoundUp * RoundUp;
    }

    /// <summary>Segments by themselves, at P.</summary>
    public static Entry[] Alone(PlanInput input, bool seesPrefix) =>
        [.. Enumerable.Range(0, input.Segments.Count).Select(n => input.New(n, input.Start, [], seesPrefix))];

    /// <summary>Segments behind a number of rounds; those without sources stay as they are.</summary>
    public static Entry[] Round(PlanInput input, int[][] sources, Entry[] alone, int length, int rounds, bool seesPrefix)
    {
        var last = alone;
        for (var t = 1; t <= rounds; t++)
        {
            var (before, seen) = (last, input.Start + ((t - 1) * length));
            last = [.. sources.Select((s, v) => s.Length == 0 ? alone[v]
                : input.New(v, seen + length, s.Select(u => new EntryLink(before[u], seen)), seesPrefix))];
        }

        return last;
    }

    /// <summary>The readout: segments by themselves at P, targets at their place.</summary>
    public static IReadOnlyList<EntryLink> Seen(PlanInput input, int[][] sources, Entry[] alone, Entry[] last, GraphReadout readout, int place)
    {
        var read = sources.SelectMany(s => s).ToHashSet();
        var links = new List<EntryLink>(input.PrefixLinks);
        for (var v = 0; v < sources.Length; v++)
        {
            var changed = !ReferenceEquals(alone[v], last[v]);
            if (!changed || (readout == GraphReadout.SourcesAndFinal && read.Contains(v)))
                links.Add(input.Seen(alone[v], input.Start, v));
            if (changed)
                links.Add(input.Seen(last[v], place, v));
        }

        return links;
    }
}
