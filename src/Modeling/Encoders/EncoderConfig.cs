namespace ML.Extensions.Encoders;

/// <summary>What every encoder says of itself.</summary>
/// <param name="Family">Architecture, as in config.json's model_type: "bert".</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Width">Hidden size D.</param>
/// <param name="Heads">Attention heads H.</param>
/// <param name="FeedForwardWidth">Width of the feed-forward layer.</param>
/// <param name="Window">Trained window in tokens, special ones included.</param>
/// <param name="VocabularySize">Rows of the word embedding.</param>
internal record EncoderConfig(
    string Family, int Layers, int Width, int Heads, int FeedForwardWidth, int Window, int VocabularySize);
