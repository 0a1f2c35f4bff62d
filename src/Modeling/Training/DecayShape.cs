namespace ML.Extensions.Training;

/// <summary>How the learning rate falls behind the warm-up.</summary>
internal enum DecayShape
{
    /// <summary>Half a cosine down to zero.</summary>
    Cosine,

    /// <summary>A line down to zero.</summary>
    Linear,

    /// <summary>It stays.</summary>
    None,
}
