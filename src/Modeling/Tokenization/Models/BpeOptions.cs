namespace ML.Extensions.Tokenization;

/// <summary>How merges are applied; the names are the format's. Its dropout is for training and is not read.</summary>
internal sealed record BpeOptions
{
    /// <summary>Id of characters that are no token; -1 drops them.</summary>
    public int Unknown { get; init; } = -1;

    /// <summary>Neighbours that are unknown are one token.</summary>
    public bool FuseUnknown { get; init; }

    /// <summary>Characters that are no token become tokens of bytes, as &lt;0x0A&gt;, if they are all there.</summary>
    public bool ByteFallback { get; init; }

    /// <summary>A piece that is a token as a whole is not cut.</summary>
    public bool IgnoreMerges { get; init; }

    /// <summary>Stands before each character but the first of a piece.</summary>
    public string ContinuingPrefix { get; init; } = "";

    /// <summary>Stands behind the last character of a piece.</summary>
    public string EndSuffix { get; init; } = "";
}
