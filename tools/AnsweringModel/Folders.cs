using System.CommandLine;
using ML.Extensions.TrainingRuns;

namespace ML.Extensions.AnsweringModel;

/// <summary>Where vocabulary, checkpoints and models are kept.</summary>
internal static class Folders
{
    /// <summary>The option --folder of every command.</summary>
    public static Option<string> Option() => WorkFolder.Option("answering-model", "vocabulary, checkpoints and models");

    /// <summary>Folder of the model before training: random weights, config and vocabulary.</summary>
    public static string Start(string folder) => Path.Combine(folder, "start");

    /// <summary>Folder of the trained model.</summary>
    public static string Trained(string folder) => Path.Combine(folder, "trained");
}
