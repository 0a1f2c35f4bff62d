using System.CommandLine;

namespace ML.Extensions.DefaultModel;

/// <summary>Where packages, text and checkpoints are kept: outside the repository.</summary>
internal static class Folders
{
    /// <summary>$XDG_CACHE_HOME/mlext/default-model, or ~/.cache/mlext/default-model.</summary>
    public static string Default { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "mlext", "default-model");

    /// <summary>The option --folder of every command.</summary>
    public static Option<string> Option() => new("--folder") { Description = "Folder of packages, text and checkpoints", DefaultValueFactory = _ => Default };
}
