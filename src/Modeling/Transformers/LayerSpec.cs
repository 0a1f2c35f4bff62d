namespace ML.Extensions.Transformers;

/// <summary>
/// One layer: attention and feed-forward, each with a residual. With f either of both and a null norm leaving its input as it is:
/// y = Behind(x + m · Inner(f(Before(x)))). Pre-norm families name Before, post-norm ones Behind, OLMo 2 Inner, Gemma Before and Inner.
/// </summary>
internal sealed record LayerSpec
{
    /// <summary>The attention.</summary>
    public required AttentionSpec Attention { get; init; }

    /// <summary>Norms around the attention.</summary>
    public required ResidualSpec AttentionResidual { get; init; }

    /// <summary>The feed-forward part.</summary>
    public required FeedForwardSpec FeedForward { get; init; }

    /// <summary>Norms around the feed-forward part.</summary>
    public required ResidualSpec FeedForwardResidual { get; init; }

    /// <summary>Whether both parts read the layer's input and their sum is added to it. Source: GPT-J; GPT-NeoX, arXiv 2204.06745.</summary>
    public bool Parallel { get; init; }
}
