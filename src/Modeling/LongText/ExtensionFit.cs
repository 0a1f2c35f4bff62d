using ML.Extensions.Encoders;
using ML.Extensions.Positions;

namespace ML.Extensions.LongText;

/// <summary>Which strategies make sense for which models.</summary>
internal static class ExtensionFit
{
    /// <summary>Every strategy's name, with the kinds of positions that it fits; null is all.</summary>
    private static readonly (string Name, PositionKind[]? Kinds)[] Strategies =
    [
        ("none", null),
        ("pcw", null),
        ("gp", [PositionKind.Absolute, PositionKind.Sinusoidal, PositionKind.Rotary]),
        ("rp", [PositionKind.Absolute, PositionKind.Sinusoidal]),
        ("pi", [PositionKind.Absolute, PositionKind.Sinusoidal, PositionKind.Rotary]),
        ("plain", [PositionKind.Sinusoidal, PositionKind.Rotary, PositionKind.Linear, PositionKind.Relative, PositionKind.None]),
        ("ntk", [PositionKind.Rotary]),
        ("ntk-aware", [PositionKind.Rotary]),
        ("dynamic", [PositionKind.Rotary]),
        ("yarn", [PositionKind.Rotary]),
        ("longrope", [PositionKind.Rotary]),
        ("se", [PositionKind.Rotary]),
    ];

    /// <summary>Names of the strategies that make sense for a model.</summary>
    public static IReadOnlyList<string> Names(TextEncoder encoder) =>
        [.. Strategies.Where(s => s.Kinds is null || s.Kinds.Contains(encoder.Positions)).Select(s => s.Name).Where(n => Problem(n, null, encoder) is null)];

    /// <summary>Refuses a strategy that makes no sense for the model.</summary>
    /// <exception cref="ArgumentException">The message says why, and names the strategies that do.</exception>
    public static void Check(ContextExtension extension, TextEncoder encoder, string model)
    {
        var known = Strategies.Single(s => s.Name == extension.Name);
        var problem = known.Kinds is not null && !known.Kinds.Contains(encoder.Positions)
            ? $"it is for {string.Join(" and ", known.Kinds.Select(Text))} positions, and the model has {Text(encoder.Positions)} ones"
            : Problem(extension.Name, (extension as ContextExtension.LongRopeExtension)?.Factors, encoder);
        if (problem is not null)
            throw new ArgumentException($"{model}: the extension '{extension.Name}' makes no sense here: {problem}. Those that do: {string.Join(", ", Names(encoder))}.");
    }

    private static string? Problem(string name, IReadOnlyList<double>? factors, TextEncoder encoder) => name switch
    {
        "se" when encoder.AllLayersSlide => "every layer of the model sees near tokens only",
        "longrope" when factors is null && encoder.Rotary?.Scaling is not LongRopeScaling => "config.json has no LongRoPE factors, and none are given",
        "longrope" when factors is not null && encoder.Rotary is { } rotary && factors.Count != rotary.Dimension / 2 =>
            $"{factors.Count} factors are given, and {encoder.Rotary.Dimension / 2} pairs of a head turn",
        "yarn" or "dynamic" when encoder.Rotary is { Scaling: not DefaultScaling } rotary =>
            $"the model's own positions are already of the form '{rotary.Scaling.Name}'",
        "longrope" when factors is not null && encoder.Rotary is { Scaling: not (DefaultScaling or LongRopeScaling) } rotary =>
            $"the model's own positions are already of the form '{rotary.Scaling.Name}'",
        _ => null,
    };

    private static string Text(PositionKind kind) => kind switch
    {
        PositionKind.Absolute => "learned absolute",
        PositionKind.Sinusoidal => "sinusoidal",
        PositionKind.Rotary => "rotary",
        PositionKind.Linear => "ALiBi",
        PositionKind.Relative => "relative",
        _ => "no",
    };
}
