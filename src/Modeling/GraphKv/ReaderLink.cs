namespace ML.Extensions.GraphKv;

/// <summary>A source as a pass sees it: stored states, or another sequence of the same pass.</summary>
/// <param name="States">Stored keys and values; null for a member.</param>
/// <param name="Member">Number of the sequence in the pass, if there are no states.</param>
/// <param name="Offset">Position of its first token.</param>
/// <param name="Count">Its tokens.</param>
internal sealed record ReaderLink(EntryStates? States, int Member, int Offset, int Count);
