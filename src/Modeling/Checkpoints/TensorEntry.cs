namespace ML.Extensions.Checkpoints;

/// <summary>What a checkpoint says of one tensor, before its data are read.</summary>
/// <param name="Name">Name in the file.</param>
/// <param name="Type">Stored element type.</param>
/// <param name="Shape">Dimensions, outermost first; empty for a scalar.</param>
internal sealed record TensorEntry(string Name, ElementType Type, long[] Shape);
