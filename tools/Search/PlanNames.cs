using System.Globalization;
using ML.Extensions.GraphKv;

namespace ML.Extensions.Search;

/// <summary>Plans as a command line names them.</summary>
public static class PlanNames
{
    /// <summary>The names, for help texts and errors.</summary>
    public const string Help = "sequential, block, pcw, ape, top1, top3 (any number), edges, star, full, chain, synchronous, released1 (any number), cacheblend, pine";

    /// <summary>Plans that are shown side by side.</summary>
    public static IReadOnlyList<string> Compared { get; } = ["sequential", "block", "pcw", "ape", "top3", "edges", "star", "full", "synchronous", "released3", "cacheblend", "pine"];

    /// <summary>The plan of a name.</summary>
    /// <param name="name">One of <see cref="Help"/>; "+prefix" behind it lets segments see the prefix.</param>
    /// <exception cref="ArgumentException">There is no such plan.</exception>
    public static GraphKvPlan Parse(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        if (name.EndsWith("+prefix", StringComparison.Ordinal))
            return Parse(name[..^"+prefix".Length]) with { SegmentsSeePrefix = true };
        int? Behind(string word) => name.StartsWith(word, StringComparison.Ordinal)
            && int.TryParse(name.AsSpan(word.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var n) && n > 0 ? n : null;
        return name switch
        {
            "sequential" => GraphKvPlan.Sequential,
            "block" => GraphKvPlan.BlockAttention,
            "pcw" => GraphKvPlan.ParallelWindows,
            "ape" => GraphKvPlan.AdaptiveParallel(),
            "edges" => GraphKvPlan.Graph(SegmentGraph.Edges),
            "star" => GraphKvPlan.Graph(SegmentGraph.Star),
            "full" => GraphKvPlan.Graph(SegmentGraph.Full),
            "chain" => GraphKvPlan.Graph(SegmentGraph.Chain),
            "synchronous" => GraphKvPlan.Synchronous(SegmentGraph.Edges),
            "cacheblend" => GraphKvPlan.CacheBlend(),
            "pine" => GraphKvPlan.Pine,
            _ when Behind("top") is { } count => GraphKvPlan.TopSources(count),
            _ when Behind("released") is { } count => GraphKvPlan.Released(count),
            _ => throw new ArgumentException($"No plan is named '{name}'. There are: {Help}."),
        };
    }
}
