namespace ML.Extensions.GraphKv;

/// <summary>That a reader sees an entry at a place.</summary>
/// <param name="Source">What is seen, all of it.</param>
/// <param name="Offset">Position of its first token, as the reader sees it.</param>
internal sealed record EntryLink(Entry Source, int Offset)
{
    /// <summary>Number of the segment that the entry stands for; null is the prefix. For the readout only; no part of any key.</summary>
    public int? Segment { get; init; }
}
