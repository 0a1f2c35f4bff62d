using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>A context extension by the name that benchmarks use: "pi", with log-length logit scale "pi+log".</summary>
internal sealed record EmbeddingStrategy(string Name, ContextExtension Extension, bool LogLengthScaling)
{
    private static readonly Dictionary<string, ContextExtension> Known = new(StringComparer.Ordinal)
    {
        ["none"] = ContextExtension.None,
        ["pcw"] = ContextExtension.ParallelWindows,
        ["gp"] = ContextExtension.GroupedPositions(),
        ["rp"] = ContextExtension.RecurrentPositions(),
        ["rp-skip"] = ContextExtension.RecurrentPositions(skipFirst: true),
        ["pi"] = ContextExtension.PositionInterpolation(),
        ["plain"] = ContextExtension.Plain,
        ["ntk"] = ContextExtension.Ntk(),
        ["ntk-aware"] = ContextExtension.NtkAware(),
        ["dynamic"] = ContextExtension.DynamicNtk(),
        ["yarn"] = ContextExtension.Yarn(),
        ["longrope"] = ContextExtension.LongRope(),
        ["se"] = ContextExtension.SelfExtend(),
        ["auto"] = ContextExtension.Auto,
    };

    /// <summary>All but none and auto, for lists.</summary>
    public const string Usual = "none,pcw,gp,rp,pi,pi+log";

    /// <summary>Settings of an embedder that reads at most this many tokens.</summary>
    public EmbedderSettings Settings(int tokens) => new()
    {
        Extension = Extension,
        LogLengthScaling = Extension is ContextExtension.AutoExtension ? null : LogLengthScaling,
        MaxTokens = tokens,
        BeyondLimit = BeyondLimit.Truncate,
    };

    public static EmbeddingStrategy Parse(string name)
    {
        var scaled = name.EndsWith("+log", StringComparison.Ordinal);
        return Known.TryGetValue(scaled ? name[..^4] : name, out var extension)
            ? new(name, extension, scaled)
            : throw new ArgumentException($"No strategy is named '{name}'. There are: {string.Join(", ", Known.Keys)}, each also with +log, and bm25.");
    }
}
