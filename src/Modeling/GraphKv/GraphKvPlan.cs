namespace ML.Extensions.GraphKv;

/// <summary>
/// How segments are encoded, which of them see which, where they stand, and what the answer sees. Segments are given in the
/// order of a prompt: the most relevant last. A plan is one file in Plans and one line here.
/// </summary>
public abstract record GraphKvPlan
{
    private protected GraphKvPlan()
    {
    }

    /// <summary>Ordinary order: each segment sees all before it, as in one long prompt.</summary>
    public static GraphKvPlan Sequential { get; } = new SequentialPlan();

    /// <summary>Parallel context windows (PCW): segments share one range of positions and do not see each other. Source: arXiv 2212.10947.</summary>
    public static GraphKvPlan ParallelWindows { get; } = new ParallelWindowsPlan();

    /// <summary>Segments stand one behind the other and do not see each other. Source: Block-Attention, arXiv 2409.15355.</summary>
    public static GraphKvPlan BlockAttention { get; } = new BlockAttentionPlan();

    /// <summary>APE: as parallel windows, behind a prefix that all see, with sharper and lighter weights. Source: arXiv 2502.05431.</summary>
    /// <param name="temperature">T, above 0. Default: 0.9.</param>
    /// <param name="scale">S, above 0. Default: 0.9.</param>
    /// <exception cref="ArgumentOutOfRangeException">A number is not above 0.</exception>
    public static GraphKvPlan AdaptiveParallel(double temperature = 0.9, double scale = 0.9) =>
        new AdaptiveParallelPlan(Above0(temperature, nameof(temperature)), Above0(scale, nameof(scale)));

    /// <summary>Graph-KV: sources share one range of positions, their targets the next. Source: arXiv 2506.07334, the paper's form.</summary>
    /// <param name="graph">Who sees whom.</param>
    /// <param name="rounds">How often targets read their sources anew; each round reads the one before. Default: 1.</param>
    /// <param name="readout">What the answer sees. Default: sources and targets, as in the paper.</param>
    /// <param name="sourceLength">
    /// L, tokens of a range, the same for a whole corpus, so that targets stay of use; no segment may be longer. Null is the
    /// longest segment of a request, rounded up to 64.
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">Rounds are below 0, or L is below 1.</exception>
    public static GraphKvPlan Graph(SegmentGraph graph, int rounds = 1, GraphReadout readout = GraphReadout.SourcesAndFinal, int? sourceLength = null) =>
        new GraphPlan(graph, rounds >= 0 ? rounds : throw new ArgumentOutOfRangeException(nameof(rounds), rounds, "Rounds must be at least 0."), readout)
        {
            SourceLength = AtLeast1(sourceLength),
        };

    /// <summary>Graph-KV where the best segments, the last ones, are the sources of all others.</summary>
    /// <param name="count">Number of sources, at least 1.</param>
    /// <param name="sourceLength">L, as in <see cref="Graph"/>.</param>
    public static GraphKvPlan TopSources(int count, int? sourceLength = null) => Graph(SegmentGraph.TopSources(count), sourceLength: sourceLength);

    /// <summary>Graph-KV as its authors' code has it for retrieved passages: everything one behind the other, so that order matters.</summary>
    /// <param name="count">Number of sources, at least 1.</param>
    public static GraphKvPlan Released(int count) => new ReleasedPlan(
        count >= 1 ? count : throw new ArgumentOutOfRangeException(nameof(count), count, "There must be at least 1 source."));

    /// <summary>CacheBlend: block attention whose most changed tokens are computed anew with the question. Source: arXiv 2405.16444.</summary>
    /// <param name="part">r, part of the tokens, 0 to 1. Default: 0.16.</param>
    /// <exception cref="ArgumentOutOfRangeException">The part is not in 0 to 1.</exception>
    public static GraphKvPlan CacheBlend(double part = 0.16) => new CacheBlendPlan(
        part is >= 0 and <= 1 ? part : throw new ArgumentOutOfRangeException(nameof(part), part, "The part must be in 0 to 1."));

    /// <summary>PINE: each query sees the segments in the order of their importance to it, the most important nearest. Nothing is cached. Source: arXiv 2407.01100.</summary>
    public static GraphKvPlan Pine { get; } = new PinePlan();

    /// <summary>All segments in one pass, layer by layer, each seeing its sources of the same layer: what many rounds lead to.</summary>
    /// <param name="graph">Who sees whom; cycles and self-loops included.</param>
    /// <param name="readout">What the answer sees.</param>
    /// <param name="sourceLength">L, as in <see cref="Graph"/>.</param>
    public static GraphKvPlan Synchronous(SegmentGraph graph, GraphReadout readout = GraphReadout.SourcesAndFinal, int? sourceLength = null) =>
        new SynchronousPlan(graph, readout) { SourceLength = AtLeast1(sourceLength) };

    /// <summary>Name in messages and tables.</summary>
    public abstract string Name { get; }

    /// <summary>Whether segments see the prefix. Helps models that were not tuned for a plan; then entries are of use with that prefix only.</summary>
    /// <value>Default: false, but Sequential's, APE's and PINE's segments always do.</value>
    public bool SegmentsSeePrefix { get; init; }

    /// <summary>Whether the attention that each segment gets can be told.</summary>
    public virtual bool HasShares => true;

    /// <summary>Lays segments out.</summary>
    internal abstract PlanLayout Lay(PlanInput input);

    private static int? AtLeast1(int? length) => length is null or >= 1
        ? length : throw new ArgumentOutOfRangeException(nameof(length), length, "SourceLength must be at least 1.");

    private static double Above0(double value, string name) => value > 0 && double.IsFinite(value)
        ? value : throw new ArgumentOutOfRangeException(name, value, "The number must be above 0.");
}
