namespace ML.Extensions.LongText;

/// <summary>How a learning rate falls behind its warm-up.</summary>
public enum LearningRateDecay
{
    /// <summary>Half a cosine down to zero.</summary>
    Cosine,

    /// <summary>A line down to zero.</summary>
    Linear,

    /// <summary>It stays.</summary>
    None,
}
