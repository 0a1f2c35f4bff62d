namespace ML.Extensions.LongText;

/// <summary>Losses on pairs of texts with a score.</summary>
public enum ScoredPairLoss
{
    /// <summary>The order of cosines should be that of scores. Source: Su, CoSENT, kexue.fm/archives/8847.</summary>
    CoSent,

    /// <summary>The same with angles of complex numbers, which do not flatten near 1. Source: AnglE, arXiv 2309.12871.</summary>
    AnglE,

    /// <summary>Squared difference of cosine and score; scores from 0 to 1.</summary>
    CosineRegression,
}
