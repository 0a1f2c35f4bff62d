using System.Diagnostics;
using System.Globalization;
using ML.Extensions.Training;

namespace ML.Extensions.DefaultModel.Training;

/// <summary>
/// One stage of the twin's training with a budget of tokens or minutes. A budget of minutes is turned into steps anew every few
/// minutes, by the speed so far, so that the learning rate reaches zero when the time is over, whatever else the machine does.
/// </summary>
/// <param name="student">The twin.</param>
/// <param name="tasks">Objectives with their batches.</param>
/// <param name="plan">Budget, rates, folder.</param>
/// <param name="log">Takes a line about progress.</param>
internal sealed class TwinRun(TrainableEncoder student, IReadOnlyList<TrainingTask> tasks, TwinPlan plan, Action<string> log)
{
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly double[] _sums = new double[tasks.Count];
    private long _first, _step, _reported;

    /// <summary>Trains until the budget is used; a run that was killed goes on at its last checkpoint.</summary>
    public void Run()
    {
        var options = new EmbeddingTrainingOptions
        {
            Steps = 1, CheckpointFolder = plan.Folder, CheckpointEvery = plan.CheckpointEvery, TokensPerPass = plan.TokensPerPass,
            LearningRate = new(plan.LearningRate, plan.WarmUp),
        };
        _first = _step = new EmbeddingTrainingRun(student, tasks, options).Step;
        log($"begins at step {_first:N0}");
        for (var steps = Steps(); _step < steps; steps = Steps())
        {
            using var pause = new CancellationTokenSource();
            var from = Stopwatch.GetTimestamp();
            var run = new EmbeddingTrainingRun(student, tasks, options with
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
                run.Run(pause.Token);
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
        if (progress.Step % plan.ReportEvery != 0 && progress.Step != progress.Steps)
            return;
        var parts = string.Join(' ', tasks.Select((t, i) => string.Create(CultureInfo.InvariantCulture, $"{t.Name} {_sums[i] / _reported:F4}")));
        log(string.Create(CultureInfo.InvariantCulture,
            $"step {progress.Step}/{progress.Steps} {parts} rate {progress.LearningRate:E2} norm {progress.GradientNorm:F2} {progress.TokensPerSecond:F0} tokens/s"));
        _reported = 0;
        Array.Clear(_sums);
    }
}
