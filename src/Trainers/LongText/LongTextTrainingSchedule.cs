namespace ML.Extensions.LongText;

/// <summary>Learning rate, and AdamW's constants (arXiv 1711.05101).</summary>
public sealed record LongTextTrainingSchedule
{
    /// <summary>Learning rate behind the warm-up.</summary>
    /// <value>Default: 5e-5.</value>
    public double LearningRate
    {
        get;
        init => field = value > 0 && double.IsFinite(value) ? value : throw new ArgumentOutOfRangeException(nameof(LearningRate), value, "LearningRate must be above 0.");
    } = 5e-5;

    /// <summary>Part of the steps in which the rate grows from 0.</summary>
    /// <value>Default: 0.1.</value>
    public double WarmUp
    {
        get;
        init => field = value is >= 0 and < 1 ? value : throw new ArgumentOutOfRangeException(nameof(WarmUp), value, "WarmUp must be from 0 to below 1.");
    } = 0.1;

    /// <summary>How the rate falls behind the warm-up.</summary>
    /// <value>Default: <see cref="LearningRateDecay.Cosine"/>.</value>
    public LearningRateDecay Decay { get; init; } = LearningRateDecay.Cosine;

    /// <summary>Part of each matrix that a step takes off, times the rate; norms and biases stay.</summary>
    /// <value>Default: 0.01.</value>
    public double WeightDecay
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(WeightDecay), value, "WeightDecay must be at least 0.");
    } = 0.01;

    /// <summary>Longest gradient; a longer one is cut to this. 0 cuts none.</summary>
    /// <value>Default: 1.</value>
    public double ClipNorm
    {
        get;
        init => field = value >= 0 ? value : throw new ArgumentOutOfRangeException(nameof(ClipNorm), value, "ClipNorm must be at least 0.");
    } = 1;
}
