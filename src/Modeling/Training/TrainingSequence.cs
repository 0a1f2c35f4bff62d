namespace ML.Extensions.Training;

/// <summary>What goes through the model as one: a text, or a window of it.</summary>
/// <param name="Ids">Its tokens, special ones included, [L].</param>
/// <param name="Positions">Position of each, [L]; null is 0, 1, 2, …</param>
/// <param name="PooledFrom">First pooled token.</param>
internal sealed record TrainingSequence(int[] Ids, float[]? Positions, int PooledFrom);
