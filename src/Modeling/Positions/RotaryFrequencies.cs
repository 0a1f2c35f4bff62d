namespace ML.Extensions.Positions;

/// <summary>How fast a head's pairs turn.</summary>
/// <param name="InverseFrequencies">Angle of each pair per position, [dim/2], radians.</param>
/// <param name="AttentionFactor">Factor on cosines and sines, so that logits get its square.</param>
internal sealed record RotaryFrequencies(double[] InverseFrequencies, double AttentionFactor = 1);
