namespace ML.Extensions.LongText;

/// <summary>A learned vector for each position up to the window, added to the words. Source: BERT, arXiv 1810.04805.</summary>
public sealed record LearnedPositions : TextPositions
{
    /// <inheritdoc/>
    public override string Name => "absolute";

    /// <inheritdoc/>
    internal override bool ReadsConfig => false;
}
