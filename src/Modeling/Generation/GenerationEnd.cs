namespace ML.Extensions.Generation;

/// <summary>Why a text ended.</summary>
public enum GenerationEnd
{
    /// <summary>It goes on.</summary>
    None,

    /// <summary>The model said so, by a stop token.</summary>
    StopToken,

    /// <summary>A stop text was met.</summary>
    StopText,

    /// <summary>It has the most new tokens that were asked for.</summary>
    MaxNewTokens,

    /// <summary>The model's window is full.</summary>
    Window,
}
