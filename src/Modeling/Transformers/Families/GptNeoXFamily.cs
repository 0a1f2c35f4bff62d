namespace ML.Extensions.Transformers.Families;

/// <summary>
/// GPT-NeoX and Pythia: attention and feed-forward side by side, a partial rotation, query, key and value of a head together
/// in one matrix. Source: arXiv 2204.06745.
/// </summary>
internal static class GptNeoXFamily
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var (layers, width, heads) = (config.Layers(), config.Width(), config.Heads());
        var forward = config.Size("intermediate_size", 1 << 20);
        var positions = config.Rotary(defaults: new(Part: 0.25));
        return new("gpt_neox", layers, width, heads, forward, config.Size("max_position_embeddings", int.MaxValue), config.Rows())
        {
            Anchor = "embed_in.weight",
            Embedding = new("embed_in.weight", width),
            Blocks = [.. Enumerable.Range(0, layers).Select(n => Layer(config, $"layers.{n}.", LlamaFamily.HeadWidth(config), forward, positions))],
            FinalNorm = Norm(config, "final_layer_norm"),
            Head = new("embed_out", config.Flag("tie_word_embeddings", false)),
        };
    }

    private static NormSpec Norm(ModelConfig config, string name) =>
        new(name, config.Width(), config.Epsilon("layer_norm_eps", 1e-5)) { Bias = true };

    private static LayerSpec Layer(ModelConfig config, string at, int d, int forward, PositionEncoding positions)
    {
        var (width, heads) = (config.Width(), config.Heads());
        var bias = config.Flag("attention_bias", true);
        return new()
        {
            Attention = new(heads, heads, d)
            {
                Inputs = new(width, new RowsSpec(at + "attention.query_key_value", 3 * heads * d)) { Bias = bias, Layout = RowLayout.PerHead, LayoutHeads = heads },
                Output = new(heads * d, new RowsSpec(at + "attention.dense", width)) { Bias = bias },
                Causal = true,
                Scale = 1 / Math.Sqrt(d),
                Positions = positions,
            },
            AttentionResidual = new(Before: Norm(config, at + "input_layernorm")),
            FeedForward = new(
                new(width, new RowsSpec(at + "mlp.dense_h_to_4h", forward)) { Bias = true },
                new(forward, new RowsSpec(at + "mlp.dense_4h_to_h", width)) { Bias = true },
                config.Activation("hidden_act", "gelu"), Gated: false),
            FeedForwardResidual = new(Before: Norm(config, at + "post_attention_layernorm")),
            Parallel = config.Flag("use_parallel_residual", true),
        };
    }
}
