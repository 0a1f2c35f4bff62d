using System.CommandLine;
using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.DefaultModel.Training;
using ML.Extensions.Training;
using ML.Extensions.TrainingRuns;

namespace ML.Extensions.DefaultModel;

/// <summary>`distil`: the first stage, in which the twin learns its teacher's vectors.</summary>
internal static class DistilCommand
{
    private const int Seed = 1;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var run = new RunOptions(10_000_000, 2_048, 5e-4);
        var command = new Command("distil", "Trains the twin to give its teacher's vectors; goes on where it was stopped.");
        run.AddTo(command);
        command.SetAction(parsed => Run(run.Read(parsed, "distil")));
        return command;
    }

    /// <summary>1 - cos over the texts' vectors, and its mean over all tokens.</summary>
    public static TrainingTask Distillation(TwinModel model, TrainingText text, int tokensPerStep)
    {
        var windows = new TextWindows(text, model.Tokens, heldOut: false, Seed);
        return new(new Distillation { TokenWeight = 1 }, TrainingStream.From(step => TrainingBatch.Of(windows.Batch(step, tokensPerStep))), 1)
        {
            Teacher = model.Teacher,
            Name = "distil",
        };
    }

    /// <summary>Runs a stage and saves the twin.</summary>
    public static void Train(TwinModel model, RunOptions.Values options, TrainingText text, string name, IReadOnlyList<TrainingTask> tasks)
    {
        RunLog.Write($"products in {model.Student.Precision}, {text.Count:N0} tokens of text, {options.Plan.TokensPerStep} tokens a step");
        Train(model.Student, tasks, options.Plan);
        var target = Path.Combine(options.Folder, name);
        model.Student.Save(target);
        RunLog.Write($"saved {target}");
    }

    /// <summary>Trains an encoder with a budget.</summary>
    public static void Train(TrainableEncoder student, IReadOnlyList<TrainingTask> tasks, RunPlan plan) => new BudgetedRun(plan, options =>
    {
        var run = new EmbeddingTrainingRun(student, tasks, options);
        return new(run.Step, run.Run);
    }, [.. tasks.Select(t => t.Name)], RunLog.Write).Run();

    private static int Run(RunOptions.Values options)
    {
        var text = TrainingText.Open(options.Folder);
        using var model = new TwinModel(null, options.Precision);
        Train(model, options, text, "distilled", [Distillation(model, text, options.Plan.TokensPerStep)]);
        return 0;
    }
}
