namespace ML.Extensions.Tokenization;

/// <summary>Which of two texts is cut; the names are the format's.</summary>
internal enum TruncationStrategy
{
    /// <summary>The longer one, then both.</summary>
    LongestFirst,

    /// <summary>The first one only.</summary>
    OnlyFirst,

    /// <summary>The second one only.</summary>
    OnlySecond,
}
