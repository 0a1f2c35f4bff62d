using ML.Extensions.Encoders;

namespace ML.Extensions.Training;

/// <summary>An objective with its own data. A run lowers the weighted sum of its tasks.</summary>
/// <param name="Objective">What is lowered.</param>
/// <param name="Stream">Where its batches come from.</param>
/// <param name="Weight">Its factor in the sum.</param>
internal sealed record TrainingTask(EmbeddingObjective Objective, TrainingStream Stream, double Weight = 1)
{
    /// <summary>Model with the same tokenizer whose vectors, pooled as the trained model's, are the targets; null where batches bring them. It stays the caller's.</summary>
    public TextEncoder? Teacher { get; init; }

    /// <summary>Name for the log.</summary>
    public string Name { get; init; } = Objective.GetType().Name;
}
