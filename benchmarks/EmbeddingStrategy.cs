using System.Globalization;
using ML.Extensions.LongText;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// A context extension by the name that benchmarks use: "pi", with log-length logit scale "pi+log", and "se/1024" for whole
/// texts in pieces of 1,024 tokens; "se=256" has a near window of 256 tokens, "ntk=20" a base 20 times as large.
/// </summary>
/// <param name="Name">The name.</param>
/// <param name="Extension">Strategy for what is longer than the window.</param>
/// <param name="LogLengthScaling">Whether logits grow with the logarithm of the length.</param>
/// <param name="Piece">Tokens of a piece; 0 means that a text is one piece and is cut at the limit.</param>
internal sealed record EmbeddingStrategy(string Name, ContextExtension Extension, bool LogLengthScaling, int Piece)
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

    /// <summary>Settings of an embedder that reads at most this many tokens; in pieces it reads all.</summary>
    public EmbedderSettings Settings(int tokens) => new()
    {
        Extension = Extension,
        LogLengthScaling = Extension is ContextExtension.AutoExtension ? null : LogLengthScaling,
        MaxTokens = Piece > 0 ? Piece : tokens,
        BeyondLimit = Piece > 0 ? BeyondLimit.Split : BeyondLimit.Truncate,
    };

    public static EmbeddingStrategy Parse(string name)
    {
        var scaled = name.EndsWith("+log", StringComparison.Ordinal);
        var parts = (scaled ? name[..^4] : name).Split('/');
        var piece = 0;
        return Find(parts[0]) is { } extension && parts.Length <= 2 && (parts.Length == 1 || (int.TryParse(parts[1], out piece) && piece > 0))
            ? new(name, extension, scaled, piece)
            : throw new ArgumentException(
                $"No strategy is named '{name}'. There are: {string.Join(", ", Known.Keys)}, each also in pieces (se/1024), with +log, se and ntk with a number (se=256, ntk=20), and bm25.");
    }

    private static ContextExtension? Find(string name)
    {
        if (name.Split('=') is not [var kind, var text] || !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) || number < 1)
            return Known.GetValueOrDefault(name);
        return kind switch { "se" => ContextExtension.SelfExtend(window: number), "ntk" => ContextExtension.Ntk(number), _ => null };
    }
}
