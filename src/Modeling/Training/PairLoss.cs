namespace ML.Extensions.Training;

/// <summary>Losses on pairs of texts with a score.</summary>
internal enum PairLoss
{
    /// <summary>Squared difference of cosine and score.</summary>
    CosineRegression,

    /// <summary>The order of cosines should be that of scores. Source: Su, CoSENT, kexue.fm/archives/8847.</summary>
    CoSent,

    /// <summary>The same with angles of complex numbers. Source: AnglE, arXiv 2309.12871.</summary>
    AnglE,
}
