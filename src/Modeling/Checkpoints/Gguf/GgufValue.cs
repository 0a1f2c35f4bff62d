namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>Where a value of the metadata lies; it is read when asked for.</summary>
/// <param name="Type">Its type; an array's elements'.</param>
/// <param name="Offset">Byte of its first element.</param>
/// <param name="Count">Elements; null for a value that is no array.</param>
internal readonly record struct GgufValue(GgufValueType Type, long Offset, long? Count);
