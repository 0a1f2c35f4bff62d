using System.Text.Json.Nodes;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Transformers.Families;

/// <summary>
/// NomicBERT: BERT with rotary positions, a gated feed-forward and no biases in its products. Published folders describe it in
/// GPT-2's words (n_embd, rotary_emb_base). Source: arXiv 2402.01613.
/// </summary>
internal static class NomicBertFamily
{
    private static readonly (string Old, string New)[] Names =
    [
        ("n_embd", "hidden_size"), ("n_layer", "num_hidden_layers"), ("n_head", "num_attention_heads"), ("n_inner", "intermediate_size"),
        ("layer_norm_epsilon", "layer_norm_eps"), ("n_positions", "max_position_embeddings"), ("max_trained_positions", "max_position_embeddings"),
    ];

    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        if (config.Json.Find("n_embd") is not null)
            config = Translate(config);
        config.Expect("prenorm", false);
        config.Expect("parallel_block", false);
        config.Expect("use_rms_norm", false);
        config.Expect("causal", false);
        if (config.Json.Find("moe_every_n_layers") is { } experts && experts.GetRawText() != "0")
            throw new NotSupportedException($"{config.Origin}: config.json's moe_every_n_layers is {experts.GetRawText()}. Known: 0 (no experts).");
        var (layers, width, heads) = (config.Layers(), config.Width(), config.Heads());
        var forward = config.Size("intermediate_size", 1 << 20);
        var types = config.Size("type_vocab_size", 1 << 10, 2, least: 0);
        var positions = config.Rotary() with { Interleaved = config.Flag("rotary_emb_interleaved", false) };
        return new("nomic_bert", layers, width, heads, forward, config.Size("max_position_embeddings", int.MaxValue), config.Rows())
        {
            Anchor = "embeddings.word_embeddings.weight",
            Embedding = new("embeddings.word_embeddings.weight", width)
            {
                TokenTypes = types > 0 ? "embeddings.token_type_embeddings.weight" : null,
                TokenTypeRows = types,
                Norm = Norm(config, "emb_ln"),
            },
            Blocks = [.. Enumerable.Range(0, layers).Select(n => Layer(config, $"encoder.layers.{n}.", forward, positions))],
        };
    }

    private static NormSpec Norm(ModelConfig config, string name) =>
        new(name, config.Width(), config.Number("layer_norm_eps", 1e-12)) { Bias = true };

    private static LayerSpec Layer(ModelConfig config, string at, int forward, PositionEncoding positions)
    {
        var (width, heads, d) = (config.Width(), config.Heads(), LlamaFamily.HeadWidth(config));
        var bias = config.Flag("qkv_proj_bias", false);
        return new()
        {
            Attention = new(heads, heads, d)
            {
                Inputs = new(width, new RowsSpec(at + "attn.Wqkv", 3 * heads * d)) { Bias = bias },
                Output = new(heads * d, new RowsSpec(at + "attn.out_proj", width)) { Bias = bias },
                Scale = 1 / Math.Sqrt(d),
                Positions = positions,
            },
            AttentionResidual = new(Behind: Norm(config, at + "norm1")),
            FeedForward = new(
                new(width, new RowsSpec(at + "mlp.fc12", forward), new RowsSpec(at + "mlp.fc11", forward)) { Bias = config.Flag("mlp_fc1_bias", false) },
                new(forward, new RowsSpec(at + "mlp.fc2", width)) { Bias = config.Flag("mlp_fc2_bias", false) },
                config.Activation("hidden_act", "silu"), Gated: true),
            FeedForwardResidual = new(Behind: Norm(config, at + "norm2")),
        };
    }

    /// <summary>The published config in the names that newer ones use. Its flags mean true where they are absent.</summary>
    private static ModelConfig Translate(ModelConfig config)
    {
        var changes = new List<(string Key, JsonNode? Value)>();
        foreach (var (old, name) in Names)
            if (config.Json.Find(old) is { } value)
                changes.Add((name, JsonNode.Parse(value.GetRawText())));
        foreach (var flag in (string[])["qkv_proj_bias", "mlp_fc1_bias", "mlp_fc2_bias"])
            changes.Add((flag, config.Flag(flag, true)));
        changes.Add(("hidden_act", config.Choice("activation_function", "gelu", "swiglu", "geglu") == "swiglu" ? "silu" : "gelu"));
        return config.With([.. changes]);
    }
}
