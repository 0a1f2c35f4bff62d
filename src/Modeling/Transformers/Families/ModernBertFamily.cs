using ML.Extensions.Positions;

namespace ML.Extensions.Transformers.Families;

/// <summary>
/// ModernBERT: norms before each part (the first layer's attention has none), a gated feed-forward; every third layer sees
/// all tokens, the others a neighbourhood, with a rotary base of their own. Source: arXiv 2412.13663.
/// </summary>
internal static class ModernBertFamily
{
    private static readonly RotaryDefaults Usual = new(160_000, LocalBase: 10_000);

    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var (layers, width, heads) = (config.Layers(), config.Width(), config.Heads());
        var forward = config.Size("intermediate_size", 1 << 20);
        var every = config.Size("global_attn_every_n_layers", int.MaxValue, 3);
        var sliding = config.Sliding(layers, n => n % every != 0);
        var (whole, local) = (config.Rotary("full_attention", Usual), config.Rotary("sliding_attention", Usual));
        var reach = config.Size("local_attention", int.MaxValue, 128) / 2;
        var spec = new TransformerSpec("modernbert", layers, width, heads, forward, config.Size("max_position_embeddings", int.MaxValue), config.Rows())
        {
            Anchor = "embeddings.tok_embeddings.weight",
            Embedding = new("embeddings.tok_embeddings.weight", width) { Norm = Norm(config, "embeddings.norm") },
            Blocks = [.. Enumerable.Range(0, layers).Select(n => Layer(config, n, forward))],
            FinalNorm = Norm(config, "final_norm"),
        };
        return spec.EachAttention((a, n) => a with { Positions = sliding[n] ? local : whole, Reach = sliding[n] ? reach : null });
    }

    private static NormSpec Norm(ModelConfig config, string name) =>
        new(name, config.Width(), config.Number("norm_eps", 1e-5)) { Bias = config.Flag("norm_bias", false) };

    private static LayerSpec Layer(ModelConfig config, int n, int forward)
    {
        var (width, heads, d) = (config.Width(), config.Heads(), LlamaFamily.HeadWidth(config));
        var at = $"layers.{n}.";
        var (bias, forwardBias) = (config.Flag("attention_bias", false), config.Flag("mlp_bias", false));
        return new()
        {
            Attention = new(heads, heads, d)
            {
                Inputs = new(width, new RowsSpec(at + "attn.Wqkv", 3 * heads * d)) { Bias = bias },
                Output = new(heads * d, new RowsSpec(at + "attn.Wo", width)) { Bias = bias },
                Scale = 1 / Math.Sqrt(d),
            },
            AttentionResidual = new(Before: n == 0 ? null : Norm(config, at + "attn_norm")),
            FeedForward = new(
                new(width, new RowsSpec(at + "mlp.Wi", 2 * forward)) { Bias = forwardBias },
                new(forward, new RowsSpec(at + "mlp.Wo", width)) { Bias = forwardBias },
                config.Activation("hidden_activation", "gelu"), Gated: true),
            FeedForwardResidual = new(Before: Norm(config, at + "mlp_norm")),
        };
    }
}
