using System.Diagnostics;
using System.Globalization;
using ML.Extensions.GraphKv;
using ML.Extensions.Training;

namespace ML.Extensions.AnsweringModel.Training;

/// <summary>
/// The training, with a budget of steps or minutes. A budget of minutes is turned into steps anew every few minutes, by the speed so far, so
/// that the learning rate has fallen when the time is over, whatever else the machine does.
/// </summary>
/// <param name="decoder">The model.</param>
/// <param name="batches">Gives the examples of a step.</param>
/// <param name="plan">Budget, rates, folder.</param>
/// <param name="validate">Tells how good the model is; called on the thread that trains.</param>
/// <param name="log">Takes a line about progress.</param>
internal sealed class AnsweringRun(
    TrainableDecoder decoder, Func<long, IReadOnlyList<PackedAnswer>> batches, RunPlan plan, Func<string> validate, Action<string> log)
{
    private const double GuessedStepsPerSecond = 0.5;

    private readonly long _start = Stopwatch.GetTimestamp();
    private long _first, _step, _reported;
    private double _loss;

    /// <summary>Trains until the budget is used; a run that was killed goes on at its last checkpoint.</summary>
    public void Run()
    {
        var options = new EmbeddingTrainingOptions
        {
            Steps = 1, CheckpointFolder = plan.Folder, CheckpointEvery = plan.CheckpointEvery, TokensPerPass = plan.TokensPerPass,
            LearningRate = new(plan.LearningRate, plan.WarmUp) { Floor = 0.03 }, AdamW = new() { Beta2 = 0.98 },
        };
        _first = _step = new AnswerTrainingRun(decoder, batches, options).Step;
        log($"begins at step {_first:N0}, held out: {validate()}");
        for (var steps = Steps(); _step < steps; steps = Steps())
        {
            using var pause = new CancellationTokenSource();
            var from = Stopwatch.GetTimestamp();
            try
            {
                new AnswerTrainingRun(decoder, batches, options with
                {
                    Steps = steps,
                    Progress = p =>
                    {
                        Report(p);
                        if (plan.Minutes is not null && Stopwatch.GetElapsedTime(from) > plan.Replan && p.Step < steps)
                            pause.Cancel();
                    },
                }).Run(pause.Token);
                return;
            }
            catch (OperationCanceledException) when (pause.IsCancellationRequested)
            {
                // The next round has a new estimate of the speed.
            }
        }
    }

    /// <summary>Steps in all, as far as is known now.</summary>
    private long Steps()
    {
        if (plan.Minutes is not { } minutes)
            return plan.Steps;
        var elapsed = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var speed = _step > _first ? (_step - _first) / elapsed : GuessedStepsPerSecond;
        return _step + (long)Math.Max(0, ((minutes * 60) - elapsed) * speed);
    }

    private void Report(TrainingProgress progress)
    {
        _step = progress.Step;
        _reported++;
        _loss += progress.Loss;
        if (progress.Step % plan.ReportEvery == 0)
        {
            log(string.Create(CultureInfo.InvariantCulture,
                $"step {progress.Step}/{progress.Steps} loss {_loss / _reported:F4} rate {progress.LearningRate:E2} norm {progress.GradientNorm:F2} {progress.TokensPerSecond:F0} tokens/s"));
            (_reported, _loss) = (0, 0);
        }

        if (progress.Step % plan.ValidateEvery == 0)
            log($"step {progress.Step} held out: {validate()}");
    }
}
