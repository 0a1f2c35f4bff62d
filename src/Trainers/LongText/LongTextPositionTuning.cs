namespace ML.Extensions.LongText;

/// <summary>
/// A longer window for a model with a table of positions: only the new rows are trained, and texts within the old window keep their embeddings to the
/// bit. Source: LongEmbed, arXiv 2404.12096, section 4 and appendix B.
/// </summary>
/// <param name="Window">The new window in tokens, a multiple of the old one.</param>
public sealed record LongTextPositionTuning(int Window)
{
    /// <summary>Where the new rows begin.</summary>
    /// <value>Default: <see cref="NewPositionStart.Interpolated"/>, the better one in the paper.</value>
    public NewPositionStart Start { get; init; } = NewPositionStart.Interpolated;
}
