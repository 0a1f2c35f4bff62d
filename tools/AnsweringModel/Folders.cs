using System.CommandLine;

namespace ML.Extensions.AnsweringModel;

/// <summary>Where vocabulary, checkpoints and models are kept: outside the repository.</summary>
internal static class Folders
{
    /// <summary>$XDG_CACHE_HOME/mlext/answering-model, or ~/.cache/mlext/answering-model.</summary>
    public static string Default { get; } = Path.Combine(
        Environment.GetEnvironmentVariable("XDG_CACHE_HOME") is { Length: > 0 } cache ? cache : Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".cache"),
        "mlext", "answering-model");

    /// <summary>The option --folder of every command.</summary>
    public static Option<string> Option() => new("--folder") { Description = "Folder of vocabulary, checkpoints and models", DefaultValueFactory = _ => Default };

    /// <summary>Folder of the model before training: random weights, config and vocabulary.</summary>
    public static string Start(string folder) => Path.Combine(folder, "start");

    /// <summary>Folder of the trained model.</summary>
    public static string Trained(string folder) => Path.Combine(folder, "trained");
}
