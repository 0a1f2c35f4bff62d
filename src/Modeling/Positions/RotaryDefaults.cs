namespace ML.Extensions.Positions;

/// <summary>What a family means where its config.json says nothing.</summary>
/// <param name="Base">b.</param>
/// <param name="Part">Part of a head that turns.</param>
/// <param name="LocalBase">b of sliding_attention layers; null: they have no base of their own.</param>
internal sealed record RotaryDefaults(double Base = 10_000, double Part = 1, double? LocalBase = null);
