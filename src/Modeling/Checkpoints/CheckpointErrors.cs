namespace ML.Extensions.Checkpoints;

/// <summary>Messages about checkpoint files: where, found, expected, what to do.</summary>
internal static class CheckpointErrors
{
    /// <summary>A file that breaks its format.</summary>
    public static InvalidDataException Broken(string origin, string what) => new($"{origin}: {what} The file is damaged: fetch it again.");

    /// <summary>A file that is well formed and still cannot be used.</summary>
    public static InvalidDataException Unusable(string origin, string what) => new($"{origin}: {what}");

    /// <summary>A name that no tensor has.</summary>
    public static KeyNotFoundException Missing(string origin, string name) => new($"{origin}: there is no tensor '{name}'.");

    /// <summary>A tensor of another shape than the network needs.</summary>
    public static InvalidDataException Shape(string origin, string name, long[] found, long[] expected) => new(
        $"{origin}: tensor '{name}' has shape {Text(found)}; config.json needs {Text(expected)}. "
        + "The folder mixes two models: fetch it again as a whole.");

    /// <summary>A shape as messages write it: [2, 3]; -1, any length, is *.</summary>
    public static string Text(long[] shape) => "[" + string.Join(", ", shape.Select(n => n < 0 ? "*" : n.ToString(System.Globalization.CultureInfo.InvariantCulture))) + "]";
}
