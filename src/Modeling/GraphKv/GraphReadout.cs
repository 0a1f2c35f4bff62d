namespace ML.Extensions.GraphKv;

/// <summary>What of a graph's segments question and answer see.</summary>
public enum GraphReadout
{
    /// <summary>Each source as it is by itself, and each target as its sources made it: a segment that is both is seen twice.</summary>
    SourcesAndFinal,

    /// <summary>Each segment once: as its sources made it, or as it is by itself where it has none.</summary>
    FinalOnly,
}
