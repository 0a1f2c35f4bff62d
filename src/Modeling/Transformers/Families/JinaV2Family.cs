using ML.Extensions.Checkpoints;

namespace ML.Extensions.Transformers.Families;

/// <summary>
/// Jina v2 (model_type bert, position_embedding_type alibi): BERT whose logits fall with the distance to both sides, with a
/// gated feed-forward. The code model's variant also normalises queries and keys. Source: arXiv 2310.19923.
/// </summary>
internal static class JinaV2Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        config.Expect("is_decoder", false);
        var form = config.Choice("feed_forward_type", "original", "original", "geglu", "reglu");
        var normalised = Mentions(config, "qk-post-norm");
        if (form == "original" && normalised)
            throw new NotSupportedException($"{config.Origin}: config.json's feed_forward_type is 'original' in the variant qk-post-norm. Known: geglu, reglu.");
        return BertFamily.Read(config, "jina-v2", new PositionEncoding.Linear()).EachLayer((layer, n) =>
            form == "original" ? layer : normalised ? Normalised(config, layer, n, form) : Gated(config, layer, n, form));
    }

    private static bool Mentions(ModelConfig config, string variant) => new[] { "auto_map", "_name_or_path" }.Any(
        key => config.Json.Find(key) is { } value && value.GetRawText().Contains(variant, StringComparison.Ordinal));

    private static LayerSpec Gated(ModelConfig config, LayerSpec layer, int n, string form)
    {
        var (width, forward, at) = (config.Width(), config.Size("intermediate_size", 1 << 20), $"encoder.layer.{n}.");
        return layer with
        {
            FeedForward = new(
                new(width, new RowsSpec(at + "mlp.gated_layers", 2 * forward)), BertFamily.Product(forward, new RowsSpec(at + "mlp.wo", width)),
                Activation(form), Gated: true),
            FeedForwardResidual = new(Behind: BertFamily.Norm(config, at + "mlp.layernorm")),
        };
    }

    private static LayerSpec Normalised(ModelConfig config, LayerSpec layer, int n, string form)
    {
        var (width, forward, at) = (config.Width(), config.Size("intermediate_size", 1 << 20), $"encoder.layer.{n}.");
        return layer with
        {
            Attention = layer.Attention with
            {
                QueryNorm = BertFamily.Norm(config, at + "attention.self.layer_norm_q"),
                KeyNorm = BertFamily.Norm(config, at + "attention.self.layer_norm_k"),
            },
            AttentionResidual = new(Behind: BertFamily.Norm(config, at + "layer_norm_1")),
            FeedForward = new(
                new(width, new RowsSpec(at + "mlp.up_gated_layer", 2 * forward)) { Layout = RowLayout.SwappedHalves },
                BertFamily.Product(forward, new RowsSpec(at + "mlp.down_layer", width)), Activation(form), Gated: true),
            FeedForwardResidual = new(Behind: BertFamily.Norm(config, at + "layer_norm_2")),
        };
    }

    private static string Activation(string form) => form == "geglu" ? "gelu" : "relu";
}
