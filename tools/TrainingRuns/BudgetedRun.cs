using System.Diagnostics;
using System.Globalization;
using ML.Extensions.Training;

namespace ML.Extensions.TrainingRuns;

/// <summary>
/// A training with a budget of steps or minutes. A budget of minutes is turned into steps anew every few minutes, by the speed so far, so
/// that the learning rate has fallen when the time is over, whatever else the machine does.
/// </summary>
/// <param name="plan">Budget, rates, folder.</param>
/// <param name="open">Opens the training at its last checkpoint.</param>
/// <param name="losses">Names of the losses, as a step reports them.</param>
/// <param name="log">Takes a line about progress.</param>
internal sealed class BudgetedRun(RunPlan plan, Func<EmbeddingTrainingOptions, OpenRun> open, IReadOnlyList<string> losses, Action<string> log)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double[] _sums = new double[losses.Count];
    private long _first, _step, _reported;

    /// <summary>Tells how good the model is; called on the thread that trains, before the first step and now and then. Null is nothing.</summary>
    public Func<string>? Examine { get; init; }

    /// <summary>Trains until the budget is used; a run that was killed goes on at its last checkpoint.</summary>
    public void Run()
    {
        var options = new EmbeddingTrainingOptions
        {
            Steps = 1, CheckpointFolder = plan.Folder, CheckpointEvery = plan.CheckpointEvery, TokensPerPass = plan.TokensPerPass,
            LearningRate = new(plan.LearningRate, plan.WarmUp) { Floor = plan.Floor }, AdamW = new() { Beta2 = plan.Beta2 },
        };
        _first = _step = open(options).Step;
        log($"begins at step {_first:N0}");
        Examined();
        for (var steps = Steps(); _step < steps; steps = Steps())
        {
            using var pause = new CancellationTokenSource();
            var from = Stopwatch.GetTimestamp();
            var run = open(options with
            {
                Steps = steps,
                Progress = p =>
                {
                    Report(p);
                    if (plan.Minutes is not null && Stopwatch.GetElapsedTime(from) > plan.Replan && p.Step < steps)
                        pause.Cancel();
                },
            });
            try
            {
                run.Train(pause.Token);
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
        var speed = _step > _first ? (_step - _first) / elapsed : plan.GuessedTokensPerSecond / plan.TokensPerStep;
        return _step + (long)Math.Max(0, ((minutes * 60) - elapsed) * speed);
    }

    private void Report(TrainingProgress progress)
    {
        _step = progress.Step;
        _reported++;
        for (var i = 0; i < _sums.Length; i++)
            _sums[i] += progress.Losses[i];
        if (_step % plan.ReportEvery == 0 || _step == progress.Steps)
        {
            var parts = string.Join(' ', losses.Select((name, i) => string.Create(CultureInfo.InvariantCulture, $"{name} {_sums[i] / _reported:F4}")));
            log(string.Create(CultureInfo.InvariantCulture,
                $"step {_step}/{progress.Steps} {parts} rate {progress.LearningRate:E2} norm {progress.GradientNorm:F2} {progress.TokensPerSecond:F0} tokens/s"));
            _reported = 0;
            Array.Clear(_sums);
        }

        if (_step % plan.ExamineEvery == 0)
            Examined();
    }

    private void Examined()
    {
        if (Examine is not null)
            log($"step {_step} held out: {Examine()}");
    }
}
