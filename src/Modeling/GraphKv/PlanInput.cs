namespace ML.Extensions.GraphKv;

/// <summary>Prefix, segments and edges as plans take them. Empty segments and their edges are left out.</summary>
internal sealed class PlanInput
{
    private readonly ModelIdentity _model;
    private readonly int[] _numbers;

    /// <summary>Checks and cleans.</summary>
    /// <param name="model">The model.</param>
    /// <param name="prefix">Tokens before all segments; may be empty.</param>
    /// <param name="segments">Tokens of each segment, the most relevant last.</param>
    /// <param name="edges">Edges that came with them.</param>
    /// <exception cref="ArgumentException">An edge names a segment that is not there.</exception>
    public PlanInput(ModelIdentity model, int[] prefix, IReadOnlyList<int[]> segments, IReadOnlyList<(int Source, int Target)>? edges = null)
    {
        _model = model;
        foreach (var (source, target) in edges ?? [])
        {
            if ((uint)source >= (uint)segments.Count || (uint)target >= (uint)segments.Count)
                throw new ArgumentException($"The edge from {source} to {target} names a segment that is not there; {segments.Count} are given, from 0.", nameof(edges));
        }

        _numbers = [.. Enumerable.Range(0, segments.Count).Where(n => segments[n].Length > 0)];
        Segments = [.. _numbers.Select(n => segments[n])];
        var places = _numbers.Index().ToDictionary(n => n.Item, n => n.Index);
        Edges = [.. (edges ?? []).Where(e => places.ContainsKey(e.Source) && places.ContainsKey(e.Target)).Select(e => (places[e.Source], places[e.Target])).Distinct()];
        Prefix = prefix.Length == 0 ? null : new(model, prefix, 0, []);
    }

    /// <summary>The prefix, alone at position 0; null is none.</summary>
    public Entry? Prefix { get; }

    /// <summary>Tokens P of the prefix, where segments begin.</summary>
    public int Start => Prefix?.Ids.Length ?? 0;

    /// <summary>Tokens of each segment; none is empty.</summary>
    public IReadOnlyList<int[]> Segments { get; }

    /// <summary>Edges between them, each once.</summary>
    public IReadOnlyList<(int Source, int Target)> Edges { get; }

    /// <summary>Layers of the network.</summary>
    public int Layers => _model.Spec.Layers;

    /// <summary>Tokens of the longest segment.</summary>
    public int Longest => Segments.Select(s => s.Length).DefaultIfEmpty(0).Max();

    /// <summary>An entry of a segment.</summary>
    public Entry New(int segment, int offset, IEnumerable<EntryLink> sources, bool seesPrefix, JointPass? joint = null) =>
        new(_model, Segments[segment], offset, seesPrefix ? [.. PrefixLinks, .. sources] : sources, joint);

    /// <summary>The prefix at 0, if there is one.</summary>
    public IReadOnlyList<EntryLink> PrefixLinks => Prefix is null ? [] : [new(Prefix, 0)];

    /// <summary>An entry as the readout sees it, under the segment's number as it was given.</summary>
    public EntryLink Seen(Entry entry, int offset, int segment) => new(entry, offset) { Segment = _numbers[segment] };

    /// <summary>Places of segments one behind the other: their first positions, and the one behind the last.</summary>
    public int[] Places()
    {
        var places = new int[Segments.Count + 1];
        places[0] = Start;
        for (var n = 0; n < Segments.Count; n++)
            places[n + 1] = places[n] + Segments[n].Length;
        return places;
    }
}
