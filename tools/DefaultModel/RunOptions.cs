using System.CommandLine;
using ML.Extensions.NativeLibraries;
using ML.Extensions.TrainingRuns;
using TorchSharp;

namespace ML.Extensions.DefaultModel;

/// <summary>Options that both stages of training have.</summary>
/// <param name="tokens">Default budget.</param>
/// <param name="tokensPerStep">Default tokens of a step.</param>
/// <param name="rate">Default peak of the learning rate.</param>
internal sealed class RunOptions(long tokens, int tokensPerStep, double rate)
{
    private readonly Option<string> _folder = Folders.Option();
    private readonly Option<long> _tokens = new("--tokens") { Description = "Tokens in all", DefaultValueFactory = _ => tokens };
    private readonly Option<double?> _minutes = new("--minutes") { Description = "Minutes from now instead of tokens; the learning rate reaches zero then. 0 saves the last checkpoint" };
    private readonly Option<int> _perStep = new("--tokens-per-step") { Description = "Tokens of a step", DefaultValueFactory = _ => tokensPerStep };
    private readonly Option<double> _rate = new("--rate") { Description = "Peak of the learning rate", DefaultValueFactory = _ => rate };
    private readonly Option<int> _threads = new("--threads") { Description = "Threads", DefaultValueFactory = _ => Environment.ProcessorCount };
    private readonly Option<Precision> _precision = new("--precision") { Description = "Float32, BFloat16 or Auto", DefaultValueFactory = _ => Precision.Auto };

    /// <summary>Gives a command these options.</summary>
    public void AddTo(Command command)
    {
        foreach (var option in (Option[])[_folder, _tokens, _minutes, _perStep, _rate, _threads, _precision])
            command.Options.Add(option);
    }

    /// <summary>Reads them, and sets the threads.</summary>
    public Values Read(ParseResult parsed, string stage)
    {
        NativeTorch.EnsureLoaded();
        torch.set_num_threads(parsed.GetValue(_threads));
        var folder = parsed.GetValue(_folder)!;
        return new(folder, parsed.GetValue(_precision), new()
        {
            Folder = Path.Combine(folder, stage),
            Steps = parsed.GetValue(_tokens) / parsed.GetValue(_perStep),
            Minutes = parsed.GetValue(_minutes),
            Replan = TimeSpan.FromMinutes(Math.Min(3, (parsed.GetValue(_minutes) ?? 0) / 10)),
            TokensPerStep = parsed.GetValue(_perStep),
            LearningRate = parsed.GetValue(_rate),
        });
    }

    /// <summary>What they say.</summary>
    /// <param name="Folder">Folder of packages, text and checkpoints.</param>
    /// <param name="Precision">Format of the products.</param>
    /// <param name="Plan">Budget and rates.</param>
    internal sealed record Values(string Folder, Precision Precision, RunPlan Plan);
}
