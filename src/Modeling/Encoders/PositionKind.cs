namespace ML.Extensions.Encoders;

/// <summary>How a model knows the order of its tokens; decides which extensions apply.</summary>
internal enum PositionKind
{
    /// <summary>A learned table with a row a position.</summary>
    Absolute,

    /// <summary>Sines and cosines of the position, added to the words.</summary>
    Sinusoidal,

    /// <summary>Rotated queries and keys (RoPE).</summary>
    Rotary,

    /// <summary>Logits that fall linearly with the distance (ALiBi).</summary>
    Linear,

    /// <summary>Learned numbers for buckets of distances (T5).</summary>
    Relative,

    /// <summary>By the causal mask alone.</summary>
    None,
}
