namespace ML.Extensions.Transformers;

/// <summary>Self-attention of one layer.</summary>
/// <param name="Heads">Query heads H.</param>
/// <param name="KeyHeads">Key and value heads; each serves H / KeyHeads query heads (grouped queries, arXiv 2305.13245).</param>
/// <param name="HeadWidth">Width d of a head.</param>
internal sealed record AttentionSpec(int Heads, int KeyHeads, int HeadWidth)
{
    /// <summary>Queries, keys and values, one below the other: [(H + 2·KeyHeads)·d, D].</summary>
    public required ProjectionSpec Inputs { get; init; }

    /// <summary>From the heads back: [D, H·d].</summary>
    public required ProjectionSpec Output { get; init; }

    /// <summary>Norm of the queries, of each head, or of all heads together where its width is H·d; null is none.</summary>
    public NormSpec? QueryNorm { get; init; }

    /// <summary>Norm of the keys, in the same way.</summary>
    public NormSpec? KeyNorm { get; init; }

    /// <summary>Whether a token sees no later one.</summary>
    public bool Causal { get; init; }

    /// <summary>
    /// Largest distance at which a token is seen; null is any. A causal sliding_window of w reaches w - 1; a bidirectional one w / 2 to both sides.
    /// </summary>
    public int? Reach { get; init; }

    /// <summary>Factor on the logits, mostly 1 / sqrt(d).</summary>
    public required double Scale { get; init; }

    /// <summary>Logits l become c · tanh(l / c); null leaves them. Source: Gemma 2, arXiv 2408.00118.</summary>
    public double? SoftCap { get; init; }

    /// <summary>What tells this layer the order of tokens; null is nothing.</summary>
    public PositionEncoding? Positions { get; init; }
}
