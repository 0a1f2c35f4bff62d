namespace ML.Extensions.Checkpoints.Gguf;

/// <summary>What a GGUF file says of one tensor.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">How its numbers are stored.</param>
/// <param name="Shape">Dimensions, outermost first (the file has them the other way round).</param>
/// <param name="Offset">First byte in the file.</param>
/// <param name="Bytes">Bytes in the file.</param>
internal sealed record GgufTensor(string Name, GgufTensorType Type, long[] Shape, long Offset, long Bytes);
