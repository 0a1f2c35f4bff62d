namespace ML.Extensions.Encoders;

/// <summary>How a model knows the order of its tokens; decides which extensions apply.</summary>
internal enum PositionKind
{
    /// <summary>A learned table with a row a position.</summary>
    Absolute,

    /// <summary>Rotated queries and keys (RoPE).</summary>
    Rotary,
}
