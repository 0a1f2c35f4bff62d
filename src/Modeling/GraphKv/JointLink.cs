namespace ML.Extensions.GraphKv;

/// <summary>That a member of a <see cref="JointPass"/> sees another, or itself, or an entry outside.</summary>
/// <param name="Source">What is seen: a member by its key, or an entry that is encoded before.</param>
/// <param name="Inside">Whether it is a member.</param>
/// <param name="Distance">Position of its first token, less that of the reader's.</param>
internal sealed record JointLink(Entry Source, bool Inside, int Distance);
