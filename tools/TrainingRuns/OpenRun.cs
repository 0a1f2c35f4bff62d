namespace ML.Extensions.TrainingRuns;

/// <summary>A training that stands at its last checkpoint.</summary>
/// <param name="Step">Steps done.</param>
/// <param name="Train">Trains up to the last step; throws <see cref="OperationCanceledException"/> when it is told to stop, and has written a checkpoint then.</param>
internal readonly record struct OpenRun(long Step, Action<CancellationToken> Train);
