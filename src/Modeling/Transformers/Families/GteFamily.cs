namespace ML.Extensions.Transformers.Families;

/// <summary>
/// GTE v1.5 and its multilingual kin (model_type "new"): BERT with rotary or learned positions and a gated feed-forward, packed
/// products. Source: arXiv 2407.19669.
/// </summary>
internal static class GteFamily
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        config.Expect("logn_attention_scale", false);
        var (layers, width, heads) = (config.Layers(), config.Width(), config.Heads());
        var forward = config.Size("intermediate_size", 1 << 20);
        var window = config.Size("max_position_embeddings", 1 << 24);
        var types = config.Size("type_vocab_size", 1 << 10, 1, least: 0);
        var learned = config.Choice("position_embedding_type", "rope", "rope", "absolute") == "absolute";
        var positions = learned ? null : config.Rotary();
        return new("gte", layers, width, heads, forward, window, config.Rows())
        {
            Anchor = "embeddings.word_embeddings.weight",
            Embedding = new("embeddings.word_embeddings.weight", width)
            {
                Positions = learned ? "embeddings.position_embeddings.weight" : null,
                PositionRows = learned ? window : 0,
                TokenTypes = types > 0 ? "embeddings.token_type_embeddings.weight" : null,
                TokenTypeRows = types,
                Norm = Norm(config, "embeddings.LayerNorm"),
            },
            Blocks = [.. Enumerable.Range(0, layers).Select(n => Layer(config, $"encoder.layer.{n}.", forward, positions))],
        };
    }

    private static NormSpec Norm(ModelConfig config, string name)
    {
        var squares = config.Choice("layer_norm_type", "layer_norm", "layer_norm", "rms_norm") == "rms_norm";
        return new(name, config.Width(), config.Number("layer_norm_eps", 1e-12)) { Bias = !squares, RootMeanSquare = squares };
    }

    private static LayerSpec Layer(ModelConfig config, string at, int forward, PositionEncoding? positions)
    {
        var (width, heads, d) = (config.Width(), config.Heads(), LlamaFamily.HeadWidth(config));
        RowsSpec[] inputs = config.Flag("pack_qkv", true)
            ? [new(at + "attention.qkv_proj", 3 * heads * d)]
            : [new(at + "attention.q_proj", heads * d), new(at + "attention.k_proj", heads * d), new(at + "attention.v_proj", heads * d)];
        return new()
        {
            Attention = new(heads, heads, d)
            {
                Inputs = new(width, inputs) { Bias = true },
                Output = new(heads * d, new RowsSpec(at + "attention.o_proj", width)) { Bias = true },
                Scale = 1 / Math.Sqrt(d),
                Positions = positions,
            },
            AttentionResidual = new(Behind: Norm(config, at + "attn_ln")),
            FeedForward = new(
                new(width, new RowsSpec(at + "mlp.up_gate_proj", 2 * forward)) { Layout = RowLayout.SwappedHalves },
                new(forward, new RowsSpec(at + "mlp.down_proj", width)) { Bias = true },
                config.Activation("hidden_act", "gelu"), Gated: true),
            FeedForwardResidual = new(Behind: Norm(config, at + "mlp_ln")),
        };
    }
}
