using System.CommandLine;
using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.DefaultModel.Training;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Training;
using ML.Extensions.TrainingRuns;

namespace ML.Extensions.DefaultModel;

/// <summary>
/// `position`: a window of 2,048 tokens for the absolute model. Only new rows of its table of positions are trained, from points on the lines between the
/// old ones. Source: LongEmbed, arXiv 2404.12096, section 4.
/// </summary>
internal static class PositionCommand
{
    private const int Seed = 21;
    private const double Temperature = 0.05;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var run = new RunOptions(1_000_000, 2_048, 5e-4);
        var window = new Option<int>("--window") { Description = "The new window, a multiple of 512", DefaultValueFactory = _ => 2_048 };
        var longest = new Option<int>("--longest") { Description = "Most tokens of a text that is trained on", DefaultValueFactory = _ => 1_024 };
        var reach = new Option<int>("--reach") { Description = "Old rows to each side whose new rows learn together", DefaultValueFactory = _ => 16 };
        var untuned = new Option<bool>("--untuned") { Description = "Trains nothing: interpolated rows, for comparison" };
        var command = new Command("position", "Trains the new rows of a longer table of positions; goes on where it was stopped.") { window, longest, reach, untuned };
        run.AddTo(command);
        command.SetAction(parsed =>
        {
            var options = run.Read(parsed, "position");
            var tuning = new PositionTuning(parsed.GetValue(window));
            using var student = TrainableEncoder.Open(EmbeddingModel.ArcticXs, new() { Precision = options.Precision, Change = tuning });
            tuning.Freeze(student);
            tuning.Smooth(student, parsed.GetValue(reach));
            if (!parsed.GetValue(untuned))
                Train(student, tuning, options with { Plan = options.Plan with { WarmUp = 10, ReportEvery = 10 } }, parsed.GetValue(longest));
            var target = Path.Combine(options.Folder, parsed.GetValue(untuned) ? "untuned" : "stretched");
            student.Save(target);
            RunLog.Write($"saved {target}");
            return 0;
        });
        return command;
    }

    private static void Train(TrainableEncoder student, PositionTuning tuning, RunOptions.Values options, int longest)
    {
        var text = TrainingText.Open(options.Folder);
        using var checkpoint = EmbeddingCheckpoints.Open(EmbeddingModel.ArcticXs);
        using var model = TextEncoders.Create(checkpoint.Config, checkpoint.Weights, Precision.Float32, ComputeDevice.Cpu, checkpoint.Name);
        var batches = new PositionBatches(new(checkpoint.Tokenizer, checkpoint.Prompts["query"]), text, longest, Seed);
        using var facts = batches.Bank(facts: true, model);
        using var stretches = batches.Bank(facts: false, model);
        TrainingTask Task(bool hidden) => new(
            new QuestionBank(hidden ? facts : stretches, Temperature),
            TrainingStream.From(step => batches.Batch(hidden, step, options.Plan.TokensPerStep / 2, tuning)))
        { Name = hidden ? "facts" : "natural" };
        DistilCommand.Train(student, [Task(true), Task(false)], options.Plan);
    }
}
