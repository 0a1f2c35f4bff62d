namespace ML.Extensions.Training;

/// <summary>One step of a run.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">The weighted sum.</param>
/// <param name="Losses">Each task's loss, without its weight.</param>
/// <param name="LearningRate">Of this step.</param>
/// <param name="GradientNorm">Before clipping.</param>
/// <param name="Tokens">Tokens of the tasks' texts since the run began, or was resumed.</param>
/// <param name="TokensPerSecond">Over this step.</param>
/// <param name="Metric">Of the validation behind this step; null without one.</param>
internal sealed record TrainingProgress(
    long Step, long Steps, double Loss, IReadOnlyList<double> Losses, double LearningRate, double GradientNorm, long Tokens, double TokensPerSecond, double? Metric);
