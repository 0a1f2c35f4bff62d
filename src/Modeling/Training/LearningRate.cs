namespace ML.Extensions.Training;

/// <summary>Learning rate by step: a linear warm-up, then a fall, or none.</summary>
/// <param name="Peak">Rate behind the warm-up.</param>
/// <param name="WarmUp">Steps of the warm-up.</param>
/// <param name="Shape">What follows.</param>
internal sealed record LearningRate(double Peak, long WarmUp = 0, DecayShape Shape = DecayShape.Cosine)
{
    /// <summary>Part of the peak at which the fall ends.</summary>
    public double Floor { get; init; }

    /// <summary>The rate of a step.</summary>
    /// <param name="step">Number of the step, from 0 on.</param>
    /// <param name="steps">Steps in all.</param>
    public double At(long step, long steps)
    {
        if (step < WarmUp)
            return Peak * (step + 1) / WarmUp;
        var done = Math.Clamp((double)(step - WarmUp) / Math.Max(1, steps - WarmUp), 0, 1);
        var left = Shape switch
        {
            DecayShape.Cosine => 0.5 * (1 + Math.Cos(Math.PI * done)),
            DecayShape.Linear => 1 - done,
            _ => 1,
        };
        return Peak * (Floor + ((1 - Floor) * left));
    }
}
