namespace ML.Extensions.GraphKv;

/// <summary>How the keys of a target's sources are gone through. All give the same result up to rounding.</summary>
internal enum AttentionPath
{
    /// <summary>Gathered for products where that is faster; else source by source where sources are long, gathered where they are short.</summary>
    Auto,

    /// <summary>Sources and own tokens are copied together; one product with an additive mask.</summary>
    Gathered,

    /// <summary>A product for each edge without a mask, one for the own tokens, merged by their sums. No copies.</summary>
    PerEdge,

    /// <summary>All targets of a source go through it in one product; merged by their sums.</summary>
    SharedSources,
}
