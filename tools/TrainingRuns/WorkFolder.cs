using System.CommandLine;

namespace ML.Extensions.TrainingRuns;

/// <summary>Where a tool keeps what it reads, its checkpoints and its models: outside the repository.</summary>
internal static class WorkFolder
{
    /// <summary>The option --folder of a tool's commands; default: $XDG_CACHE_HOME/mlext/NAME, or ~/.cache/mlext/NAME.</summary>
    /// <param name="name">The tool's name.</param>
    /// <param name="content">What is kept, for the help.</param>
    public static Option<string> Option(string name, string content)
    {
        var cache = Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } given
            ? given : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache");
        return new("--folder") { Description = "Folder of " + content, DefaultValueFactory = _ => Path.Combine(cache, "mlext", name) };
    }
}
