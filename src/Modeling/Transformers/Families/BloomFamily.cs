namespace ML.Extensions.Transformers.Families;

/// <summary>
/// BLOOM: ALiBi in place of positions, a norm over the embeddings, query, key and value of a head together in one matrix.
/// Source: arXiv 2211.05100.
/// </summary>
internal static class BloomFamily
{
    /// <summary>Tokens of a training sequence; ALiBi knows no limit, so few configs name it.</summary>
    private const int TrainedWindow = 2048;

    /// <summary>The spec of a config.json.</summary>
    /// <exception cref="NotSupportedException">The residual starts behind the norm, which no published model does.</exception>
    public static TransformerSpec Read(ModelConfig config)
    {
        if (config.Flag("apply_residual_connection_post_layernorm", false))
            throw new NotSupportedException($"{config.Origin}: config.json's apply_residual_connection_post_layernorm is true. Known for bloom: false.");
        var width = config.Json.TryGetProperty("hidden_size", out _) ? config.Width() : config.Width("n_embed");
        var (layers, heads) = (config.Layers("n_layer"), config.Heads("n_head"));
        if (width % heads != 0)
            throw new InvalidDataException($"{config.Origin}: config.json's hidden_size {width} is not a multiple of n_head {heads}.");
        NormSpec Norm(string name) => new(name, width, config.Epsilon("layer_norm_epsilon", 1e-5)) { Bias = true };
        ProjectionSpec Product(int inputs, string name, int outputs) => new(inputs, new RowsSpec(name, outputs)) { Bias = true };
        LayerSpec Layer(int n) => new()
        {
            Attention = new(heads, heads, width / heads)
            {
                Inputs = Product(width, $"h.{n}.self_attention.query_key_value", 3 * width) with { Layout = RowLayout.PerHead, LayoutHeads = heads },
                Output = Product(width, $"h.{n}.self_attention.dense", width),
                Causal = true,
                Scale = 1 / Math.Sqrt(width / heads),
                Positions = new PositionEncoding.Linear(),
            },
            AttentionResidual = new(Before: Norm($"h.{n}.input_layernorm")),
            FeedForward = new(
                Product(width, $"h.{n}.mlp.dense_h_to_4h", 4 * width), Product(4 * width, $"h.{n}.mlp.dense_4h_to_h", width), "gelu_new", Gated: false),
            FeedForwardResidual = new(Before: Norm($"h.{n}.post_attention_layernorm")),
        };
        return new("bloom", layers, width, heads, 4 * width, config.Size("seq_length", int.MaxValue, TrainedWindow), config.Rows())
        {
            Anchor = "word_embeddings.weight",
            Embedding = new("word_embeddings.weight", width) { Norm = Norm("word_embeddings_layernorm") },
            Blocks = [.. Enumerable.Range(0, layers).Select(Layer)],
            FinalNorm = Norm("ln_f"),
            Head = new("lm_head", config.Flag("tie_word_embeddings", true)),
        };
    }
}
