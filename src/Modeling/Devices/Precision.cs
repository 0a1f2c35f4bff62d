namespace ML.Extensions;

/// <summary>Number format of a model's matrix products.</summary>
public enum Precision
{
    /// <summary>The faster of <see cref="Float32"/> and <see cref="BFloat16"/> by a measurement of a few milliseconds, once a process.</summary>
    Auto,

    /// <summary>32-bit floating point: equal to the reference implementation to rounding.</summary>
    Float32,

    /// <summary>bfloat16 products: cosine to float32 about 0.9999.</summary>
    BFloat16,

    /// <summary>
    /// Products of bytes: weights scaled by output, activations by token, nothing to calibrate; sums, attention and norms are exact or
    /// float32. Cosine to float32 about 0.999. On the CPU.
    /// </summary>
    Int8,

    /// <summary>
    /// Weights as bytes with a scale for each output, in a quarter of the memory; inputs and sums stay float32. Words' rows and
    /// norms stay as they are. For models of the general network (decoders, and encoders that are not BERT's kin), on the CPU.
    /// </summary>
    Int8Weights,
}
