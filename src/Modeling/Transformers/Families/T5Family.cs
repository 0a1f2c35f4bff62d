namespace ML.Extensions.Transformers.Families;

/// <summary>
/// T5's encoder, as in sentence-t5 and GTR: RMS norms before each part, learned numbers for buckets of distances that all
/// layers share, logits that are not divided, no biases. Files of whole T5 models have a decoder, which is left unread.
/// Source: arXiv 1910.10683.
/// </summary>
internal static class T5Family
{
    private static readonly Dictionary<string, (string Activation, bool Gated)> Forms = new(StringComparer.Ordinal)
    {
        ["relu"] = ("relu", false),
        ["gelu"] = ("gelu", false),
        ["silu"] = ("silu", false),
        ["gated-gelu"] = ("gelu_new", true), // the tanh form, whatever its name says
        ["gated-relu"] = ("relu", true),
        ["gated-silu"] = ("silu", true),
    };

    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var (layers, width, heads) = (config.Layers("num_layers"), config.Width("d_model"), config.Heads("num_heads"));
        var (d, forward) = (config.Size("d_kv", 1 << 12), config.Size("d_ff", 1 << 20));
        var form = Forms[config.Choice("feed_forward_proj", "relu", Forms.Keys)];
        var buckets = new PositionEncoding.Buckets(
            "encoder.block.0.layer.0.SelfAttention.relative_attention_bias.weight", config.Size("relative_attention_num_buckets", 1 << 12, 32),
            config.Size("relative_attention_max_distance", 1 << 24, 128));
        return new(config.Text("model_type", "t5"), layers, width, heads, forward, config.Size("n_positions", 1 << 24, 512), config.Rows())
        {
            Anchor = "encoder.final_layer_norm.weight",
            Embedding = new("shared.weight", width) { OtherWords = "encoder.embed_tokens.weight" },
            Blocks = [.. Enumerable.Range(0, layers).Select(n => Layer(config, $"encoder.block.{n}.layer.", (width, heads, d, forward), form, buckets))],
            FinalNorm = Norm(config, "encoder.final_layer_norm"),
        };
    }

    private static NormSpec Norm(ModelConfig config, string name) =>
        new(name, config.Width("d_model"), config.Number("layer_norm_epsilon", 1e-6)) { RootMeanSquare = true };

    private static LayerSpec Layer(
        ModelConfig config, string at, (int Width, int Heads, int Head, int Forward) size, (string Activation, bool Gated) form, PositionEncoding positions)
    {
        var inner = size.Heads * size.Head;
        var (attention, dense) = (at + "0.SelfAttention.", at + "1.DenseReluDense.");
        RowsSpec[] up = form.Gated ? [new(dense + "wi_0", size.Forward), new(dense + "wi_1", size.Forward)] : [new(dense + "wi", size.Forward)];
        return new()
        {
            Attention = new(size.Heads, size.Heads, size.Head)
            {
                Inputs = new(size.Width, new RowsSpec(attention + "q", inner), new RowsSpec(attention + "k", inner), new RowsSpec(attention + "v", inner)),
                Output = new(inner, new RowsSpec(attention + "o", size.Width)),
                Scale = 1,
                Positions = positions,
            },
            AttentionResidual = new(Before: Norm(config, at + "0.layer_norm")),
            FeedForward = new(new(size.Width, up), new(size.Forward, new RowsSpec(dense + "wo", size.Width)), form.Activation, form.Gated),
            FeedForwardResidual = new(Before: Norm(config, at + "1.layer_norm")),
        };
    }
}
