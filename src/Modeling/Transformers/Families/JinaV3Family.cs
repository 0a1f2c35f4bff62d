using ML.Extensions.Checkpoints;

namespace ML.Extensions.Transformers.Families;

/// <summary>
/// Jina v3: XLM-R with rotary positions. Published folders say model_type xlm-roberta with position_embedding_type rotary and
/// hold a LoRA adapter a task, which <see cref="Encoders.TaskAdapters"/> adds; the weights under it are the model without a task. Source: arXiv 2409.10173.
/// </summary>
internal static class JinaV3Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var rows = config.Size("max_position_embeddings", 1 << 24);
        var published = config.Json.Find("position_embedding_type") is not null; // its length counts XLM-R's two unused rows
        var (layers, width, heads) = (config.Layers(), config.Width(), config.Heads());
        var forward = config.Size("intermediate_size", 1 << 20);
        var types = config.Size("type_vocab_size", 1 << 10, 1, least: 0);
        var positions = config.Rotary();
        return new("jina_embeddings_v3", layers, width, heads, forward, published ? Math.Max(1, rows - 2) : rows, config.Rows())
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
        new(name, config.Width(), config.Number("layer_norm_eps", 1e-5)) { Bias = true };

    private static LayerSpec Layer(ModelConfig config, string at, int forward, PositionEncoding positions)
    {
        var (width, heads, d) = (config.Width(), config.Heads(), LlamaFamily.HeadWidth(config));
        return new()
        {
            Attention = new(heads, heads, d)
            {
                Inputs = new(width, new RowsSpec(at + "mixer.Wqkv", 3 * heads * d)) { Bias = true },
                Output = new(heads * d, new RowsSpec(at + "mixer.out_proj", width)) { Bias = true },
                Scale = 1 / Math.Sqrt(d),
                Positions = positions,
            },
            AttentionResidual = new(Behind: Norm(config, at + "norm1")),
            FeedForward = new(
                new(width, new RowsSpec(at + "mlp.fc1", forward)) { Bias = true },
                new(forward, new RowsSpec(at + "mlp.fc2", width)) { Bias = true },
                config.Activation("hidden_act", "gelu"), Gated: false),
            FeedForwardResidual = new(Behind: Norm(config, at + "norm2")),
        };
    }
}
