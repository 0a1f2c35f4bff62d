using ML.Extensions.Transformers;

namespace ML.Extensions.Encoders;

/// <summary>Sizes of a BERT encoder, or of one of its kin, from config.json.</summary>
/// <param name="Family">Architecture, as in config.json's model_type.</param>
/// <param name="Layers">Number of layers.</param>
/// <param name="Width">Hidden size D.</param>
/// <param name="Heads">Attention heads H.</param>
/// <param name="FeedForwardWidth">Width of the feed-forward layer.</param>
/// <param name="Window">Trained window in tokens, special ones included.</param>
/// <param name="VocabularySize">Rows of the word embedding.</param>
/// <param name="TokenTypes">Rows of the table of token types; 0 is no table.</param>
/// <param name="Epsilon">Added to the variance by each norm.</param>
/// <param name="Activation">Of the feed-forward layer, by its name in config.json.</param>
internal sealed record BertConfig(
    string Family, int Layers, int Width, int Heads, int FeedForwardWidth, int Window, int VocabularySize, int TokenTypes, double Epsilon, string Activation)
    : EncoderConfig(Family, Layers, Width, Heads, FeedForwardWidth, Window, VocabularySize)
{
    /// <summary>Known activations by their names in config.json.</summary>
    public static readonly IReadOnlyList<string> Activations = ["gelu", "gelu_new", "gelu_pytorch_tanh", "gelu_fast", "relu", "silu", "swish"];

    /// <summary>Row of position 0: RoBERTa's kin begin behind the padding id's row.</summary>
    public int FirstPosition { get; init; }

    /// <summary>Rows between those that texts within the old window take, in a table that was stretched; 1 in others.</summary>
    public int PositionStride { get; init; } = 1;

    /// <summary>Width E of the tables.</summary>
    /// <value>Default: the hidden size.</value>
    public int EmbeddingWidth { get; init; } = Width;

    /// <summary>Whether a product [D, E] leads from the tables to the first layer, whatever E is.</summary>
    public bool Projected { get; init; }

    /// <summary>Which of the file's layers each layer uses; null is its own.</summary>
    public IReadOnlyList<int>? StoredLayers { get; init; }

    /// <summary>Key position_stride, which position tuning writes.</summary>
    /// <exception cref="InvalidDataException">The window is no multiple of it.</exception>
    public static int ReadStride(ModelConfig config, int window)
    {
        var stride = config.Size("position_stride", 1 << 16, 1);
        return window % stride == 0 ? stride : throw new InvalidDataException(
            $"{config.Origin}: config.json's position_stride is {stride}; max_position_embeddings {window} is no multiple of it.");
    }

    /// <summary>Reads and checks a config that has BERT's keys.</summary>
    /// <exception cref="InvalidDataException">A key is missing or out of range; the message names it.</exception>
    /// <exception cref="NotSupportedException">A choice is not known; the message lists the known.</exception>
    public static BertConfig Read(ModelConfig config, string family)
    {
        config.Choice("position_embedding_type", "absolute", ["absolute", .. TransformerFamilies.Variants(family)]);
        config.Expect("is_decoder", false);
        var read = new BertConfig(
            family, config.Layers(), config.Width(), config.Heads(), config.Size("intermediate_size", 1 << 20), config.Rows("max_position_embeddings"),
            config.Rows(), config.Size("type_vocab_size", 1 << 10, 2, least: 0), config.Number("layer_norm_eps", 1e-12),
            config.Choice("hidden_act", "gelu", Activations));
        config.HeadWidth();
        return read with { PositionStride = ReadStride(config, read.Window) };
    }
}
