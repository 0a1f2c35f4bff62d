namespace ML.Extensions.Benchmarks;

/// <summary>One of LongEmbed's tasks.</summary>
/// <param name="Name">As in the data set.</param>
/// <param name="Synthetic">Made here, at a length and by a draw, and scored by Acc@1; the others are read, and scored by nDCG@10.</param>
/// <param name="Load">Makes or reads the set; the length and the draw matter for synthetic ones only.</param>
internal sealed record LongEmbedTask(string Name, bool Synthetic, Func<LongEmbedSources, int, LongEmbedDraw, RetrievalSet> Load)
{
    /// <summary>All six.</summary>
    public static IReadOnlyList<LongEmbedTask> All { get; } =
    [
        new("passkey", true, (s, tokens, draw) => SyntheticSet.Passkey(tokens, s.Synthetic.Documents, s.Synthetic.Queries, draw)),
        new("needle", true, (s, tokens, draw) => SyntheticSet.Needle(s.Haystack, tokens, s.Synthetic.Documents, s.Synthetic.Queries, draw)),
        new("qmsum", false, (s, _, _) => Limit(RetrievalSet.Load("qmsum", s.Data, s.Documents), s.Queries)),
        FromDataset("narrativeqa"),
        FromDataset("summ_screen_fd"),
        FromDataset("2wikimqa"),
    ];

    /// <summary>Tasks by name; "all" is all six, "own" those that need no copy of the data set.</summary>
    public static IReadOnlyList<LongEmbedTask> Parse(IReadOnlyList<string> names) => names switch
    {
        ["all"] => All,
        ["own"] => [.. All.Take(3)],
        _ =>
        [
            .. names.Select(n => All.FirstOrDefault(t => t.Name == n)
                ?? throw new ArgumentException($"No task is named '{n}'. There are: {string.Join(", ", All.Select(t => t.Name))}; all; own (the first three, which need no copy of the data set).")),
        ],
    };

    private static LongEmbedTask FromDataset(string name) => new(name, false, (s, _, _) => s.Dataset is null
        ? throw new ArgumentException($"The task '{name}' is read from your copy of the data set dwzhu/LongEmbed: --dataset names its folder.")
        : Limit(LongEmbedFolder.Load(s.Dataset, name, s.Documents), s.Queries));

    private static RetrievalSet Limit(RetrievalSet set, int queries) => queries == 0 || queries >= set.Queries.Count ? set : set with
    {
        QueryIds = [.. set.QueryIds.Take(queries)],
        Queries = [.. set.Queries.Take(queries)],
        Relevant = [.. set.Relevant.Take(queries)],
    };
}
