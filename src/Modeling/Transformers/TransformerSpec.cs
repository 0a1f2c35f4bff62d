using ML.Extensions.Encoders;

namespace ML.Extensions.Transformers;

/// <summary>
/// A transformer as plain data: what <see cref="TransformerNetwork"/> computes and where its weights are in the file. A
/// family is a function from config.json to this record.
/// </summary>
/// <param name="Family">Architecture, as in config.json's model_type.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Width">Hidden size D.</param>
/// <param name="Heads">Query heads H.</param>
/// <param name="FeedForwardWidth">Width F of the feed-forward layers.</param>
/// <param name="Window">Trained window in tokens, special ones included.</param>
/// <param name="VocabularySize">Rows of the word embedding.</param>
internal sealed record TransformerSpec(
    string Family, int Layers, int Width, int Heads, int FeedForwardWidth, int Window, int VocabularySize)
    : EncoderConfig(Family, Layers, Width, Heads, FeedForwardWidth, Window, VocabularySize)
{
    /// <summary>A tensor that every file of the family has, "embed_tokens.weight"; what stands before it is the prefix of all names.</summary>
    public required string Anchor { get; init; }

    /// <summary>From ids to the first layer's input.</summary>
    public required EmbeddingSpec Embedding { get; init; }

    /// <summary>The layers, in order. One record that stands there twice is one set of weights used twice.</summary>
    public required IReadOnlyList<LayerSpec> Blocks { get; init; }

    /// <summary>The norm behind the last layer; null is none.</summary>
    public NormSpec? FinalNorm { get; init; }

    /// <summary>From states to logits; null where the family has no language-model head.</summary>
    public HeadSpec? Head { get; init; }

    /// <summary>Whether no token sees a later one in any layer.</summary>
    public bool Causal => Blocks.All(b => b.Attention.Causal);

    /// <summary>How the network knows the order of its tokens.</summary>
    public PositionKind Positions => Embedding.Positions is not null
        ? PositionKind.Absolute
        : Embedding.Waves is not null ? PositionKind.Sinusoidal
        : Blocks.Select(b => b.Attention.Positions?.Kind).FirstOrDefault(k => k is not null) ?? PositionKind.None;
}
