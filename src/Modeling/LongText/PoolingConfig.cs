using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.LongText;

/// <summary>A Pooling module's config.json: pooling_mode since release 6, flags before.</summary>
/// <param name="Modes">Modes in order.</param>
/// <param name="IncludePrompt">Whether the prompt's tokens are pooled.</param>
internal sealed record PoolingConfig(IReadOnlyList<PoolingMode> Modes, bool IncludePrompt)
{
    /// <summary>Name, older flag and mode, in the order in which flags count.</summary>
    private static readonly (string Name, string Flag, PoolingMode Mode)[] Known =
    [
        ("cls", "pooling_mode_cls_token", PoolingMode.Cls),
        ("max", "pooling_mode_max_tokens", PoolingMode.Max),
        ("mean", "pooling_mode_mean_tokens", PoolingMode.Mean),
        ("mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens", PoolingMode.MeanSqrtLength),
        ("weightedmean", "pooling_mode_weightedmean_tokens", PoolingMode.WeightedMean),
        ("lasttoken", "pooling_mode_lasttoken", PoolingMode.LastToken),
    ];

    /// <summary>Reads and checks.</summary>
    /// <exception cref="InvalidDataException">It is broken or names no mode.</exception>
    /// <exception cref="NotSupportedException">It names an unknown mode.</exception>
    public static PoolingConfig Read(string folder)
    {
        var origin = Path.GetFileName(folder) + "/config.json";
        using var json = JsonFile.Open(Path.Combine(folder, "config.json"));
        var config = json.RootElement;
        List<PoolingMode> modes = [];
        if (config.Find("pooling_mode") is { } named)
            foreach (var name in named.ValueKind == JsonValueKind.Array ? [.. named.EnumerateArray()] : new[] { named })
                modes.Add(Mode(name, origin));
        else
            modes.AddRange(Known.Where(k => config.Flag(k.Flag, origin) == true).Select(k => k.Mode));
        if (config.EnumerateObject().FirstOrDefault(p => p.Name.StartsWith("pooling_mode_", StringComparison.Ordinal)
            && p.Value.ValueKind == JsonValueKind.True && Known.All(k => k.Flag != p.Name)) is { Value.ValueKind: JsonValueKind.True } other)
        {
            throw new NotSupportedException($"{origin}: '{other.Name}' is not known. Known: {string.Join(", ", Known.Select(k => k.Flag))}.");
        }

        if (modes.Count == 0 || modes.Distinct().Count() != modes.Count)
            throw new InvalidDataException($"{origin}: it names {(modes.Count == 0 ? "no pooling mode" : "a pooling mode twice")}.");
        return new(modes, config.Flag("include_prompt", origin) ?? true);
    }

    /// <summary>The mode of a known name.</summary>
    public static PoolingMode Named(string name) => Known.Single(k => k.Name == name).Mode;

    /// <summary>The flag of a mode, as releases before 6 write it.</summary>
    public static string Flag(PoolingMode mode) => Known.Single(k => k.Mode == mode).Flag;

    private static PoolingMode Mode(JsonElement name, string origin) =>
        name.ValueKind == JsonValueKind.String && Array.Find(Known, k => k.Name == name.GetString()) is { Name: not null } known
            ? known.Mode
            : throw new NotSupportedException($"{origin}: pooling_mode {name.GetRawText()} is not known. Known: {string.Join(", ", Known.Select(k => k.Name))}.");
}
