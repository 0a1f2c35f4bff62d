namespace ML.Extensions.Encoders;

/// <summary>Cuts a batch into parts for workers of one core each, and sequences that are better run by all cores.</summary>
internal static class BatchSplit
{
    /// <summary>Tokens of a part: its activations stay in the cache, its products are large enough, and no core waits long for the last.</summary>
    public const int PartTokens = 512;

    /// <summary>Tokens below which a part is not worth a worker of its own.</summary>
    private const int LeastTokens = 64;

    /// <summary>Parts in the order of the batch: long ones for all cores, the rest for one core each.</summary>
    public static (List<BatchPart> Wide, List<BatchPart> Narrow) Of(int[] lengths, int cores)
    {
        var (wide, narrow) = (new List<BatchPart>(), new List<BatchPart>());
        var (at, start, left) = (0, 0, lengths.Sum());
        if (cores == 1 || lengths.Length == 1 || left < 2 * LeastTokens)
            return ([new(0, lengths.Length, 0, left)], narrow);
        for (; at < lengths.Length && lengths[at] > Math.Max(PartTokens, left / cores); at++)
        {
            wide.Add(new(at, 1, start, lengths[at]));
            start += lengths[at];
            left -= lengths[at];
        }

        var parts = Math.Max(cores, (left + PartTokens - 1) / PartTokens);
        parts = (parts + cores - 1) / cores * cores; // a whole number of rounds
        var target = Math.Max(LeastTokens, (left + parts - 1) / parts);
        while (at < lengths.Length)
        {
            var (first, from) = (at, start);
            do
                start += lengths[at++];
            while (at < lengths.Length && start - from + (lengths[at] / 2) <= target);
            narrow.Add(new(first, at - first, from, start - from));
        }

        return narrow.Count == 1 ? ([.. wide, .. narrow], []) : (wide, narrow);
    }
}
