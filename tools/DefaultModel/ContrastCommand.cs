using System.CommandLine;
using ML.Extensions.DefaultModel.Facts;
using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.DefaultModel.Training;
using ML.Extensions.Training;

namespace ML.Extensions.DefaultModel;

/// <summary>`contrast`: the second stage, short and gentle, in which the twin learns to find facts at any depth.</summary>
internal static class ContrastCommand
{
    private const int FactSeed = 2, NaturalSeed = 3, NaturalPairs = 8, KeptTokens = 1_024;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var run = new RunOptions(300_000, 2_560, 1e-4);
        var command = new Command("contrast", "Teaches the distilled twin to find facts at any depth; goes on where it was stopped.");
        run.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = run.Read(parsed, "contrast");
            return Run(options with { Plan = options.Plan with { WarmUp = 10, ReportEvery = 5 } });
        });
        return command;
    }

    private static int Run(RunOptions.Values options)
    {
        var text = TrainingText.Open(options.Folder);
        using var model = new TwinModel(Path.Combine(options.Folder, "distilled"), options.Precision);
        var facts = new FactBatches(model.Tokens, text, FactSeed);
        var natural = new NaturalBatches(model.Tokens, text, NaturalSeed);
        var contrast = new Contrastive(0.03) { BothDirections = true };
        DistilCommand.Train(model, options, text, "contrasted",
        [
            new(contrast, TrainingStream.From(step => facts.Batch(step, options.Plan.TokensPerStep)), 1) { Name = "facts" },
            new(contrast, TrainingStream.From(step => natural.Batch(step, NaturalPairs)), 0.5) { Name = "natural" },
            DistilCommand.Distillation(model, text, KeptTokens) with { Weight = 4 },
        ]);
        return 0;
    }
}
