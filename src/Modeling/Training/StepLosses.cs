namespace ML.Extensions.Training;

/// <summary>What one step found while it added gradients.</summary>
/// <param name="Loss">The weighted sum that was lowered.</param>
/// <param name="Losses">Each task's loss, without its weight.</param>
/// <param name="Tokens">Tokens of the step.</param>
internal sealed record StepLosses(double Loss, IReadOnlyList<double> Losses, long Tokens);
