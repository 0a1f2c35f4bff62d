using System.CommandLine;
using ML.Extensions.TrainingRuns;

namespace ML.Extensions.DefaultModel;

/// <summary>Where packages, text and checkpoints are kept.</summary>
internal static class Folders
{
    /// <summary>The option --folder of every command.</summary>
    public static Option<string> Option() => WorkFolder.Option("default-model", "packages, text and checkpoints");
}
