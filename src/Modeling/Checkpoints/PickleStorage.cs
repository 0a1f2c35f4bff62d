namespace ML.Extensions.Checkpoints;

/// <summary>A block of elements that tensors of a pickle share.</summary>
/// <param name="Key">Name of its data.</param>
/// <param name="Type">Element type.</param>
/// <param name="Count">Number of elements.</param>
internal sealed record PickleStorage(string Key, ElementType Type, long Count);
