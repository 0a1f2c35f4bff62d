namespace ML.Extensions.Checkpoints;

/// <summary>An allowed Python name on a pickle's stack.</summary>
/// <param name="Name">Module and member, dotted.</param>
internal sealed record PickleGlobal(string Name);
