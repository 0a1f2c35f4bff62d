using System.CommandLine;
using System.Globalization;
using ML.Extensions.AnsweringModel.Texts;
using ML.Extensions.AnsweringModel.Training;
using ML.Extensions.GraphKv;
using ML.Extensions.NativeLibraries;
using ML.Extensions.TrainingRuns;
using static TorchSharp.torch;

namespace ML.Extensions.AnsweringModel;

/// <summary>`train`: trains the decoder from random weights.</summary>
internal static class TrainCommand
{
    private const int Seed = 1, HeldOutContexts = 10;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var folder = Folders.Option();
        var steps = new Option<long>("--steps") { Description = "Steps in all", DefaultValueFactory = _ => 8_700 };
        var minutes = new Option<double?>("--minutes") { Description = "Minutes from now instead of steps. 0 saves the last checkpoint" };
        var perStep = new Option<int>("--tokens-per-step") { Description = "Tokens of a step", DefaultValueFactory = _ => 2_560 };
        var easy = new Option<long>("--easy-steps") { Description = "First steps that are easy", DefaultValueFactory = _ => 160 };
        var few = new Option<long>("--short-steps") { Description = "First steps in which long contexts are seldom", DefaultValueFactory = _ => 5_200 };
        var rate = new Option<double>("--rate") { Description = "Peak of the learning rate", DefaultValueFactory = _ => 1.5e-3 };
        var threads = new Option<int>("--threads") { Description = "Threads", DefaultValueFactory = _ => Environment.ProcessorCount };
        var precision = new Option<Precision>("--precision") { Description = "Float32, BFloat16 or Auto", DefaultValueFactory = _ => Precision.Auto };
        var command = new Command("train", "Trains the decoder to answer; goes on where it was stopped.") { folder, steps, minutes, perStep, easy, few, rate, threads, precision };
        command.SetAction(parsed =>
        {
            NativeTorch.EnsureLoaded();
            set_num_threads(parsed.GetValue(threads));
            var work = parsed.GetValue(folder)!;
            using var model = AnswerModel.Open(Folders.Start(work), new() { Precision = parsed.GetValue(precision) });
            var identity = new ModelIdentity(model.Decoder.Spec, model.Decoder.Precision, CPU, "training");
            var settings = new BatchSettings(parsed.GetValue(perStep), parsed.GetValue(easy), parsed.GetValue(few), model.EndId, Seed);
            var batches = new AnsweringBatches(identity, new(model.Files, null), ApiCorpus.Training(), settings);
            var held = new HeldOutScores(model.Decoder, batches, ApiCorpus.Held(), [GraphKvPlan.Sequential, GraphKvPlan.BlockAttention], HeldOutContexts);
            RunLog.Write(string.Create(CultureInfo.InvariantCulture, $"{model.Decoder.Parameters.Sum(p => p.Master.numel()):N0} weights, products in {model.Decoder.Precision}, {settings.TokensPerStep} tokens a step"));
            new BudgetedRun(new()
            {
                Folder = Path.Combine(work, "training"), Steps = parsed.GetValue(steps), Minutes = parsed.GetValue(minutes), TokensPerStep = settings.TokensPerStep,
                LearningRate = parsed.GetValue(rate), WarmUp = 100, Floor = 0.03, Beta2 = 0.98, CheckpointEvery = 50, ReportEvery = 10,
            }, options =>
            {
                var run = new AnswerTrainingRun(model.Decoder, batches.Batch, options);
                return new(run.Step, run.Run);
            }, ["loss"], RunLog.Write) { Examine = held.Measure }.Run();
            model.Save(Folders.Trained(work));
            RunLog.Write($"saved {Folders.Trained(work)}");
            return 0;
        });
        return command;
    }
}
