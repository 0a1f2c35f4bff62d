namespace ML.Extensions.GraphKv;

/// <summary>What a segment cache did. Counts go up only; a difference of two snapshots tells what happened between.</summary>
/// <param name="MemoryHits">Entries found in memory.</param>
/// <param name="DiskHits">Entries read from disk, checked and whole.</param>
/// <param name="Misses">Entries that had to be computed.</param>
/// <param name="TokensReused">Tokens of all hits.</param>
/// <param name="TokensComputed">Tokens of all misses.</param>
/// <param name="BytesRead">Bytes of keys and values read from disk.</param>
/// <param name="BytesWritten">Bytes of files written.</param>
/// <param name="Rejected">Files that were torn, foreign or of other content, and were computed anew.</param>
/// <param name="WriteFailures">Entries that could not be stored, as on a full disk; they were served from memory.</param>
/// <param name="Evictions">Entries that left memory for the budget's sake.</param>
internal sealed record SegmentCounters(
    long MemoryHits = 0, long DiskHits = 0, long Misses = 0, long TokensReused = 0, long TokensComputed = 0, long BytesRead = 0,
    long BytesWritten = 0, long Rejected = 0, long WriteFailures = 0, long Evictions = 0)
{
    /// <summary>What happened since an earlier snapshot.</summary>
    public SegmentCounters Since(SegmentCounters earlier) => new(
        MemoryHits - earlier.MemoryHits, DiskHits - earlier.DiskHits, Misses - earlier.Misses, TokensReused - earlier.TokensReused,
        TokensComputed - earlier.TokensComputed, BytesRead - earlier.BytesRead, BytesWritten - earlier.BytesWritten,
        Rejected - earlier.Rejected, WriteFailures - earlier.WriteFailures, Evictions - earlier.Evictions);
}
