namespace ML.Extensions.GraphKv;

/// <summary>What a plan makes of segments: entries, and a readout, what question and answer see.</summary>
/// <param name="Links">Entries that question and answer see, prefix included.</param>
/// <param name="QuestionOffset">Position of the question's first token.</param>
internal sealed record PlanLayout(IReadOnlyList<EntryLink> Links, int QuestionOffset)
{
    /// <summary>Changed weight of the segments against the rest; null is none. Source: APE, arXiv 2502.05431.</summary>
    public Temper? Temper { get; init; }

    /// <summary>
    /// Part r of the tokens that the question has computed anew, in one sequence at their places; null is none. Source:
    /// CacheBlend, arXiv 2405.16444.
    /// </summary>
    public double? Blend { get; init; }

    /// <summary>
    /// Segments that are no entries: they are computed with the question, and each query sees them in its own order; null is none.
    /// Source: PINE, arXiv 2407.01100.
    /// </summary>
    public IReadOnlyList<int[]>? Reordered { get; init; }
}
