namespace ML.Extensions.LongText;

/// <summary>How the token states of a text become one vector.</summary>
public enum PoolingMode
{
    /// <summary>State of the first token.</summary>
    Cls,

    /// <summary>Mean over the tokens.</summary>
    Mean,

    /// <summary>Largest value over the tokens, per dimension.</summary>
    Max,

    /// <summary>State of the last token.</summary>
    LastToken,

    /// <summary>Mean with weights 1, 2, 3, …</summary>
    WeightedMean,

    /// <summary>Sum over the tokens divided by the square root of their number.</summary>
    MeanSqrtLength,
}
