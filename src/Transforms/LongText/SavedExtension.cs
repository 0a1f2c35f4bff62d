using System.Globalization;

namespace ML.Extensions.LongText;

/// <summary>An extension with its parameters as the text of a model file: "pi", "pi:4", "se:5:128", "se::64".</summary>
internal static class SavedExtension
{
    /// <summary>The text.</summary>
    public static string Text(ContextExtension extension) => extension switch
    {
        ContextExtension.GroupedPositionsExtension e => Joined(e.Name, e.Factor),
        ContextExtension.PositionInterpolationExtension e => Joined(e.Name, e.Factor),
        ContextExtension.RecurrentPositionsExtension { SkipFirst: true } => "rp:skip",
        ContextExtension.NtkExtension e => Joined(e.Name, e.Lambda),
        ContextExtension.NtkAwareExtension e => Joined(e.Name, e.Factor),
        ContextExtension.DynamicNtkExtension e => Joined(e.Name, e.Factor),
        ContextExtension.YarnExtension e => Joined(e.Name, e.Factor),
        ContextExtension.LongRopeExtension { Factors: { } factors } e => Joined(e.Name, [.. factors.Select(f => (double?)f)]),
        ContextExtension.SelfExtendExtension e => Joined(e.Name, e.Group, e.Window),
        _ => extension.Name,
    };

    /// <summary>Reads what <see cref="Text"/> wrote.</summary>
    /// <exception cref="InvalidDataException">The text names no extension of this version.</exception>
    public static ContextExtension Read(string text)
    {
        var parts = text.Split(':');
        double? Number(int n) => parts.Length > n && double.TryParse(parts[n], CultureInfo.InvariantCulture, out var v) ? v : null;
        int? Count(int n) => Number(n) is { } v ? (int)v : null;
        return parts[0] switch
        {
            "auto" => ContextExtension.Auto,
            "none" => ContextExtension.None,
            "pcw" => ContextExtension.ParallelWindows,
            "gp" => ContextExtension.GroupedPositions(Count(1)),
            "rp" => ContextExtension.RecurrentPositions(parts.Length > 1),
            "pi" => ContextExtension.PositionInterpolation(Count(1)),
            "plain" => ContextExtension.Plain,
            "ntk" => ContextExtension.Ntk(Number(1)),
            "ntk-aware" => ContextExtension.NtkAware(Number(1)),
            "dynamic" => ContextExtension.DynamicNtk(Number(1) ?? 1),
            "yarn" => ContextExtension.Yarn(Number(1)),
            "longrope" => ContextExtension.LongRope(parts.Length == 1 ? null : [.. Enumerable.Range(1, parts.Length - 1).Select(n => Number(n) ?? 0)]),
            "se" => ContextExtension.SelfExtend(Count(1), Count(2)),
            _ => throw new InvalidDataException($"The model file names the extension '{text}', which this version does not know."),
        };
    }

    private static string Joined(string name, params double?[] values)
    {
        var given = values.Length;
        while (given > 0 && values[given - 1] is null)
            given--;
        return string.Join(':', [name, .. values[..given].Select(v => v?.ToString("R", CultureInfo.InvariantCulture) ?? "")]);
    }
}
