using System.Globalization;

namespace ML.Extensions.GraphKv;

/// <summary>A plan as text in a model file, "graph|top-3|1|SourcesAndFinal|", and back.</summary>
internal static class SavedPlan
{
    private const string Seen = "prefix-seen|";

    /// <summary>The text of a plan.</summary>
    public static string Text(GraphKvPlan plan) => (plan.SegmentsSeePrefix ? Seen : "") + plan switch
    {
        SequentialPlan => "sequential",
        ParallelWindowsPlan => "pcw",
        BlockAttentionPlan => "block",
        AdaptiveParallelPlan p => Join("ape", p.Temperature, p.Scale),
        GraphPlan p => Join("graph", p.Edges.Name, p.Rounds, p.Readout, p.SourceLength),
        ReleasedPlan p => Join("released", p.Count),
        CacheBlendPlan p => Join("cacheblend", p.Part),
        PinePlan => "pine",
        SynchronousPlan p => Join("synchronous", p.Edges.Name, p.Readout, p.SourceLength),
        _ => throw new ArgumentOutOfRangeException(nameof(plan), plan.Name, "A plan that model files do not know."),
    };

    /// <summary>The plan of a text.</summary>
    /// <exception cref="InvalidDataException">The text means none.</exception>
    public static GraphKvPlan Read(string text)
    {
        if (text.StartsWith(Seen, StringComparison.Ordinal))
            return Read(text[Seen.Length..]) with { SegmentsSeePrefix = true };
        double Real(string part) => double.Parse(part, CultureInfo.InvariantCulture);
        int Whole(string part) => int.Parse(part, CultureInfo.InvariantCulture);
        int? Length(string part) => part.Length == 0 ? null : Whole(part);
        try
        {
            return text.Split('|') switch
            {
                ["sequential"] => GraphKvPlan.Sequential,
                ["pcw"] => GraphKvPlan.ParallelWindows,
                ["block"] => GraphKvPlan.BlockAttention,
                ["pine"] => GraphKvPlan.Pine,
                ["ape", var t, var s] => GraphKvPlan.AdaptiveParallel(Real(t), Real(s)),
                ["graph", var graph, var rounds, var readout, var length] =>
                    GraphKvPlan.Graph(Graph(graph), Whole(rounds), Enum.Parse<GraphReadout>(readout), Length(length)),
                ["released", var count] => GraphKvPlan.Released(Whole(count)),
                ["cacheblend", var part] => GraphKvPlan.CacheBlend(Real(part)),
                ["synchronous", var graph, var readout, var length] => GraphKvPlan.Synchronous(Graph(graph), Enum.Parse<GraphReadout>(readout), Length(length)),
                _ => throw new FormatException("no such plan"),
            };
        }
        catch (Exception e) when (e is FormatException or ArgumentException or OverflowException)
        {
            throw new InvalidDataException($"The model file's plan '{text}' is not known: {e.Message}", e);
        }
    }

    private static SegmentGraph Graph(string name) => name switch
    {
        "none" => SegmentGraph.None,
        "full" => SegmentGraph.Full,
        "star" => SegmentGraph.Star,
        "chain" => SegmentGraph.Chain,
        "edges" => SegmentGraph.Edges,
        _ => name.StartsWith("top-", StringComparison.Ordinal)
            ? SegmentGraph.TopSources(int.Parse(name.AsSpan(4), CultureInfo.InvariantCulture)) : throw new FormatException($"no graph '{name}'"),
    };

    private static string Join(params object?[] parts) =>
        string.Join('|', parts.Select(p => Convert.ToString(p, CultureInfo.InvariantCulture)));
}
