using ML.Extensions.Encoders;

namespace ML.Extensions.Transformers.Families;

/// <summary>
/// BERT without a table of positions: turned queries and keys in E5-RoPE (LongEmbed, arXiv 2404.12096). The parts serve other
/// families that keep BERT's names.
/// </summary>
internal static class BertFamily
{
    /// <summary>A tensor that every file of these families has.</summary>
    public const string Words = "embeddings.word_embeddings.weight";

    /// <summary>E5-RoPE of a config.json.</summary>
    public static TransformerSpec ReadRotary(ModelConfig config)
    {
        config.Expect("rotary_value", false);
        config.Expect("is_decoder", false);
        var positions = config.Rotary() with { Interleaved = config.Flag("rope_interleaved", false) };
        return Read(config, config.Text("model_type", "bert"), positions);
    }

    /// <summary>BERT whose layers know the order of tokens by themselves.</summary>
    public static TransformerSpec Read(ModelConfig config, string family, PositionEncoding? positions)
    {
        var (layers, width, heads) = (config.Layers(), config.Width(), config.Heads());
        var forward = config.Size("intermediate_size", 1 << 20);
        return new(family, layers, width, heads, forward, config.Size("max_position_embeddings", 1 << 24), config.Rows())
        {
            Anchor = Words,
            Embedding = Embedding(config),
            Blocks = [.. Enumerable.Range(0, layers).Select(n => Layer(config, $"encoder.layer.{n}.", forward, positions))],
        };
    }

    /// <summary>BERT and RoBERTa's kin with their table of positions: the same network as <see cref="BertEncoder"/>'s, for training.</summary>
    public static TransformerSpec ReadAbsolute(ModelConfig config, string family)
    {
        config.Expect("is_decoder", false);
        var spec = Read(config, family, null);
        var first = family == "bert" ? 0 : config.FirstPosition(spec.Window);
        return spec with
        {
            Window = spec.Window - first,
            Embedding = spec.Embedding with { Positions = "embeddings.position_embeddings.weight", PositionRows = spec.Window, FirstPosition = first, PositionStride = BertConfig.ReadStride(config, spec.Window) },
        };
    }

    /// <summary>A layer norm.</summary>
    public static NormSpec Norm(ModelConfig config, string name) =>
        new(name, config.Width(), config.Number("layer_norm_eps", 1e-12)) { Bias = true };

    /// <summary>A product with a bias.</summary>
    public static ProjectionSpec Product(int inputs, params RowsSpec[] parts) => new(inputs, parts) { Bias = true };

    private static EmbeddingSpec Embedding(ModelConfig config)
    {
        var width = config.Size("embedding_size", 1 << 16, config.Width());
        var types = config.Size("type_vocab_size", 1 << 10, 2, least: 0);
        return new(Words, width)
        {
            TokenTypes = types > 0 ? "embeddings.token_type_embeddings.weight" : null,
            TokenTypeRows = types,
            Norm = Norm(config, "embeddings.LayerNorm") with { Width = width },
            Projection = width == config.Width() ? null : Product(width, new RowsSpec("embeddings_project", config.Width())),
        };
    }

    private static LayerSpec Layer(ModelConfig config, string at, int forward, PositionEncoding? positions)
    {
        var (width, heads, d) = (config.Width(), config.Heads(), LlamaFamily.HeadWidth(config));
        return new()
        {
            Attention = new(heads, heads, d)
            {
                Inputs = Product(
                    width, new(at + "attention.self.query", heads * d), new(at + "attention.self.key", heads * d), new(at + "attention.self.value", heads * d)),
                Output = Product(heads * d, new RowsSpec(at + "attention.output.dense", width)),
                Scale = 1 / Math.Sqrt(d),
                Positions = positions,
            },
            AttentionResidual = new(Behind: Norm(config, at + "attention.output.LayerNorm")),
            FeedForward = new(
                Product(width, new RowsSpec(at + "intermediate.dense", forward)), Product(forward, new RowsSpec(at + "output.dense", width)),
                config.Activation("hidden_act", "gelu"), Gated: false),
            FeedForwardResidual = new(Behind: Norm(config, at + "output.LayerNorm")),
        };
    }
}
