namespace ML.Extensions.Transformers.Families;

/// <summary>
/// MPNet as an encoder: RoBERTa with a learned number for each bucket of distances besides its table of positions, one set for
/// all layers. Source: arXiv 2004.09297.
/// </summary>
internal static class MpNetFamily
{
    private const int MaxDistance = 128;

    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var (layers, width, heads) = (config.Layers(), config.Width(), config.Heads());
        var forward = config.Size("intermediate_size", 1 << 20);
        var rows = config.Size("max_position_embeddings", 1 << 24);
        var first = config.FirstPosition(rows);
        var buckets = new PositionEncoding.Buckets(
            "encoder.relative_attention_bias.weight", config.Size("relative_attention_num_buckets", 1 << 12, 32), MaxDistance)
        {
            Counted = true,
        };
        return new("mpnet", layers, width, heads, forward, rows - first, config.Rows())
        {
            Anchor = BertFamily.Words,
            Embedding = new(BertFamily.Words, width)
            {
                Positions = "embeddings.position_embeddings.weight",
                PositionRows = rows,
                FirstPosition = first,
                Norm = BertFamily.Norm(config, "embeddings.LayerNorm"),
            },
            Blocks = [.. Enumerable.Range(0, layers).Select(n => Layer(config, $"encoder.layer.{n}.", forward, buckets))],
        };
    }

    private static LayerSpec Layer(ModelConfig config, string at, int forward, PositionEncoding positions)
    {
        var (width, heads, d) = (config.Width(), config.Heads(), LlamaFamily.HeadWidth(config));
        var attention = at + "attention.attn.";
        return new()
        {
            Attention = new(heads, heads, d)
            {
                Inputs = BertFamily.Product(width, new(attention + "q", heads * d), new(attention + "k", heads * d), new(attention + "v", heads * d)),
                Output = BertFamily.Product(heads * d, new RowsSpec(attention + "o", width)),
                Scale = 1 / Math.Sqrt(d),
                Positions = positions,
            },
            AttentionResidual = new(Behind: BertFamily.Norm(config, at + "attention.LayerNorm")),
            FeedForward = new(
                BertFamily.Product(width, new RowsSpec(at + "intermediate.dense", forward)), BertFamily.Product(forward, new RowsSpec(at + "output.dense", width)),
                config.Activation("hidden_act", "gelu"), Gated: false),
            FeedForwardResidual = new(Behind: BertFamily.Norm(config, at + "output.LayerNorm")),
        };
    }
}
