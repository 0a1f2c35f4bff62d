namespace ML.Extensions.GraphKv;

/// <summary>Who sees whom among segments: edges from a source to the target that sees it. Duplicates count once; cycles and self-loops may be.</summary>
public sealed record SegmentGraph
{
    private readonly Func<int, IReadOnlyList<(int Source, int Target)>, IEnumerable<(int Source, int Target)>> _edges;

    private SegmentGraph(string name, Func<int, IReadOnlyList<(int, int)>, IEnumerable<(int, int)>> edges) => (Name, _edges) = (name, edges);

    /// <summary>No edges.</summary>
    public static SegmentGraph None { get; } = new("none", (_, _) => []);

    /// <summary>Each sees all, itself included.</summary>
    public static SegmentGraph Full { get; } = new("full", (n, _) => from u in Enumerable.Range(0, n) from v in Enumerable.Range(0, n) select (u, v));

    /// <summary>The last segment sees all others: an ego graph with its centre last.</summary>
    public static SegmentGraph Star { get; } = new("star", (n, _) => Enumerable.Range(0, Math.Max(0, n - 1)).Select(u => (u, n - 1)));

    /// <summary>Each sees the one before.</summary>
    public static SegmentGraph Chain { get; } = new("chain", (n, _) => Enumerable.Range(1, Math.Max(0, n - 1)).Select(v => (v - 1, v)));

    /// <summary>The edges that come with the segments.</summary>
    public static SegmentGraph Edges { get; } = new("edges", (_, given) => given);

    /// <summary>Name in messages: "none", "full", "star", "chain", "edges", "top-3".</summary>
    public string Name { get; }

    /// <summary>The last segments, the best ones, are seen by all others.</summary>
    /// <param name="count">Number of sources; all segments but one at most count.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is below 1.</exception>
    public static SegmentGraph TopSources(int count)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        return new(FormattableString.Invariant($"top-{count}"), (n, _) =>
            from u in Enumerable.Range(0, n).Skip(n - count) from v in Enumerable.Range(0, Math.Max(0, n - count)) select (u, v));
    }

    /// <summary>Two graphs are equal if they have the same name.</summary>
    public bool Equals(SegmentGraph? other) => other?.Name == Name;

    /// <inheritdoc/>
    public override int GetHashCode() => Name.GetHashCode(StringComparison.Ordinal);

    /// <summary>Sources of each of <paramref name="count"/> segments, in ascending order.</summary>
    internal int[][] Sources(int count, IReadOnlyList<(int Source, int Target)> given)
    {
        var sources = Enumerable.Range(0, count).Select(_ => new SortedSet<int>()).ToArray();
        foreach (var (source, target) in _edges(count, given))
            sources[target].Add(source);
        return [.. sources.Select(s => s.ToArray())];
    }
}
