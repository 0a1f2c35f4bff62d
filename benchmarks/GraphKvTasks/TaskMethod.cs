using ML.Extensions.GraphKv;

namespace ML.Extensions.Benchmarks;

/// <summary>A plan that is trained and tested on a task.</summary>
/// <param name="Name">Name in tables.</param>
/// <param name="Plan">The plan.</param>
/// <param name="RandomEdges">Whether its edges are chance: the control.</param>
internal sealed record TaskMethod(string Name, GraphKvPlan Plan, bool RandomEdges = false)
{
    private static readonly GraphKvPlan Graph = GraphKvPlan.Graph(SegmentGraph.Edges, 1, GraphReadout.FinalOnly, LinkedFacts.SegmentLength);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<TaskMethod> All { get; } =
    [
        new("graph", Graph), new("pcw", GraphKvPlan.ParallelWindows), new("random-edges", Graph, RandomEdges: true),
        new("sequential", GraphKvPlan.Sequential), new("block", GraphKvPlan.BlockAttention),
    ];

    /// <summary>The method of a name.</summary>
    public static TaskMethod Of(string name) => All.FirstOrDefault(m => m.Name == name)
        ?? throw new ArgumentException($"No method is named '{name}'. There are: {string.Join(", ", All.Select(m => m.Name))}.");
}
