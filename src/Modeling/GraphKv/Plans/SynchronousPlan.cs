namespace ML.Extensions.GraphKv;

/// <summary>
/// Graph-KV's fixed point in one pass: targets at P + L see their sources at P, in every layer as that layer makes them.
/// Equal to layers - 1 rounds, with the places of one.
/// </summary>
/// <param name="Edges">Who sees whom.</param>
/// <param name="Readout">What the answer sees.</param>
internal sealed record SynchronousPlan(SegmentGraph Edges, GraphReadout Readout) : GraphKvPlan
{
    /// <inheritdoc/>
    public override string Name => $"synchronous-{Edges.Name}";

    /// <summary>L, as in <see cref="GraphPlan"/>.</summary>
    public int? SourceLength { get; init; }

    /// <inheritdoc/>
    internal override PlanLayout Lay(PlanInput input)
    {
        var sources = Edges.Sources(input.Segments.Count, input.Edges);
        var (length, start) = (GraphPlan.Range(input, SourceLength), input.Start);
        var alone = GraphPlan.Alone(input, SegmentsSeePrefix);
        var rounds = Array.TrueForAll(sources, s => s.Length == 0) ? 0 : Math.Max(0, input.Layers - 1);
        var last = GraphPlan.Round(input, sources, alone, length, rounds, SegmentsSeePrefix); // their keys name the fixed point
        var joint = new JointPass();
        Entry[] members = [.. last.Select((entry, v) => ReferenceEquals(entry, alone[v]) ? entry : input.New(v, entry.Offset, entry.Links, seesPrefix: false, joint))];
        for (var v = 0; v < members.Length; v++)
        {
            if (members[v].Joint is null)
                continue;
            IEnumerable<JointLink> links = sources[v].Select(u => new JointLink(members[u], members[u].Joint is not null, -length));
            if (SegmentsSeePrefix && input.Prefix is { } prefix)
                links = links.Append(new(prefix, false, -(start + length)));
            joint.Add(members[v], [.. links]);
        }

        var place = start + (rounds == 0 ? 0 : length);
        return new(GraphPlan.Seen(input, sources, alone, members, rounds == 0 ? GraphReadout.FinalOnly : Readout, place), place + length);
    }
}
