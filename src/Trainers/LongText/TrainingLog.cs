using System.Diagnostics;
using System.Globalization;
using Microsoft.ML.Runtime;
using ML.Extensions.Training;

namespace ML.Extensions.LongText;

/// <summary>Writes the course of training to ML.NET's log, a line every few seconds and for each validation.</summary>
/// <param name="channel">The log.</param>
/// <param name="metric">Name of the metric.</param>
/// <param name="progress">Also told of each step.</param>
internal sealed class TrainingLog(IChannel channel, string metric, IProgress<LongTextTrainingProgress>? progress)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(5);

    private long _last;
    private double _loss, _seconds;
    private int _count;
    private long _tokens, _logged;

    /// <summary>Takes one step's report.</summary>
    public void Report(TrainingProgress step)
    {
        progress?.Report(new(step.Step, step.Steps, step.Loss, step.LearningRate, step.TokensPerSecond, step.Tokens, step.Metric));
        var tokens = step.Tokens - _tokens;
        (_tokens, _loss, _seconds, _count) = (step.Tokens, _loss + step.Loss, _seconds + (tokens / step.TokensPerSecond), _count + 1);
        if (step.Metric is { } value)
            channel.Info(string.Create(CultureInfo.InvariantCulture, $"Step {step.Step} of {step.Steps}: {metric} {value:F4}."));
        if (step.Step < step.Steps && Stopwatch.GetElapsedTime(_last) < Pause)
            return;
        var speed = (step.Tokens - _logged) / Math.Max(_seconds, 1e-9);
        channel.Info(string.Create(CultureInfo.InvariantCulture,
            $"Step {step.Step} of {step.Steps}: loss {_loss / _count:F4}, learning rate {step.LearningRate:G3}, {speed:F0} tokens a second."));
        (_last, _loss, _seconds, _count, _logged) = (Stopwatch.GetTimestamp(), 0, 0, 0, step.Tokens);
    }
}
