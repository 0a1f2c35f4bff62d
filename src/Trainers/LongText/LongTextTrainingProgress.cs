namespace ML.Extensions.LongText;

/// <summary>One step of training.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Steps">Steps in all.</param>
/// <param name="Loss">Loss of this step.</param>
/// <param name="LearningRate">Learning rate of this step.</param>
/// <param name="TokensPerSecond">Tokens a second of this step.</param>
/// <param name="Tokens">Tokens trained on so far, or since training was resumed.</param>
/// <param name="Metric">Metric of the validation behind this step; null without one.</param>
public sealed record LongTextTrainingProgress(long Step, long Steps, double Loss, double LearningRate, double TokensPerSecond, long Tokens, double? Metric);
