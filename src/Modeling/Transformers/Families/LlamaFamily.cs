namespace ML.Extensions.Transformers.Families;

/// <summary>
/// Llama: RMS norms before each part, rotary positions, grouped queries, a gated feed-forward. Most later decoders are
/// this with a few changes. Source: arXiv 2302.13971.
/// </summary>
internal static class LlamaFamily
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        _ = HeadWidth(config); // its messages come before those about rotary positions
        return Read(config, config.Rotary());
    }

    /// <summary>The same with given positions, which a family changes layer by layer.</summary>
    public static TransformerSpec Read(ModelConfig config, PositionEncoding? positions)
    {
        var (layers, width, heads) = (config.Layers(), config.Width(), config.Heads());
        var shared = Enumerable.Range(0, layers).Select(n => Layer(config, $"layers.{n}.", positions));
        return new(
            config.Text("model_type", "llama"), layers, width, heads, config.Size("intermediate_size", 1 << 20),
            config.Size("max_position_embeddings", int.MaxValue), config.Rows())
        {
            Anchor = "embed_tokens.weight",
            Embedding = new("embed_tokens.weight", width),
            Blocks = [.. shared],
            FinalNorm = Norm(config, "norm"),
            Head = new("lm_head", config.Flag("tie_word_embeddings", false)),
        };
    }

    /// <summary>An RMS norm over the hidden size.</summary>
    public static NormSpec Norm(ModelConfig config, string name) =>
        new(name, config.Width(), config.Epsilon("rms_norm_eps", 1e-6)) { RootMeanSquare = true };

    /// <summary>Width of a head: head_dim, else hidden_size / num_attention_heads.</summary>
    public static int HeadWidth(ModelConfig config)
    {
        var (width, heads) = (config.Width(), config.Heads());
        var own = config.Size("head_dim", 1 << 12, 0);
        return own > 0 ? own : width % heads == 0 ? width / heads : throw new InvalidDataException(
            $"{config.Origin}: config.json's hidden_size {width} is not a multiple of num_attention_heads {heads}, and there is no head_dim.");
    }

    private static LayerSpec Layer(ModelConfig config, string at, PositionEncoding? positions)
    {
        var (width, forward) = (config.Width(), config.Size("intermediate_size", 1 << 20));
        var bias = config.Flag("mlp_bias", false);
        return new()
        {
            Attention = Attention(config, at + "self_attn.", positions),
            AttentionResidual = new(Before: Norm(config, at + "input_layernorm")),
            FeedForward = new(
                new(width, new RowsSpec(at + "mlp.gate_proj", forward), new RowsSpec(at + "mlp.up_proj", forward)) { Bias = bias },
                new(forward, new RowsSpec(at + "mlp.down_proj", width)) { Bias = bias },
                config.Activation("hidden_act", "silu"), Gated: true),
            FeedForwardResidual = new(Before: Norm(config, at + "post_attention_layernorm")),
        };
    }

    private static AttentionSpec Attention(ModelConfig config, string at, PositionEncoding? positions)
    {
        var (width, heads, d) = (config.Width(), config.Heads(), HeadWidth(config));
        var keys = config.Size("num_key_value_heads", heads, heads);
        if (heads % keys != 0)
            throw new InvalidDataException($"{config.Origin}: config.json's num_attention_heads {heads} is not a multiple of num_key_value_heads {keys}.");
        var bias = config.Flag("attention_bias", false);
        return new(heads, keys, d)
        {
            Inputs = new(width, new RowsSpec(at + "q_proj", heads * d), new RowsSpec(at + "k_proj", keys * d), new RowsSpec(at + "v_proj", keys * d)) { Bias = bias },
            Output = new(heads * d, new RowsSpec(at + "o_proj", width)) { Bias = bias },
            Causal = true,
            Scale = 1 / Math.Sqrt(d),
            Positions = positions,
        };
    }
}
