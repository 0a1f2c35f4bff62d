namespace ML.Extensions.Training;

/// <summary>AdamW's constants.</summary>
internal sealed record AdamWSettings
{
    /// <summary>How much of the mean of gradients a step keeps.</summary>
    public double Beta1 { get; init; } = 0.9;

    /// <summary>How much of the mean of squares a step keeps.</summary>
    public double Beta2 { get; init; } = 0.999;

    /// <summary>Added to the root of the mean of squares.</summary>
    public double Epsilon { get; init; } = 1e-8;

    /// <summary>Part of a matrix that a step takes off, times the learning rate. Norms and biases stay.</summary>
    public double WeightDecay { get; init; } = 0.01;
}
