namespace ML.Extensions.Transformers.Families;

/// <summary>GPT-2: learned positions, layer norms before each part, matrices stored the other way round. Source: Radford et al., 2019.</summary>
internal static class Gpt2Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var (layers, width, heads, window) = (config.Layers("n_layer"), config.Width("n_embd"), config.Heads("n_head"), config.Rows("n_positions"));
        if (width % heads != 0)
            throw new InvalidDataException($"{config.Origin}: config.json's n_embd {width} is not a multiple of n_head {heads}.");
        var forward = config.Size("n_inner", 1 << 20, 4 * width);
        NormSpec Norm(string name) => new(name, width, config.Epsilon("layer_norm_epsilon", 1e-5)) { Bias = true };
        ProjectionSpec Product(int inputs, string name, int outputs) =>
            new(inputs, new RowsSpec(name, outputs)) { Bias = true, Layout = RowLayout.Transposed };
        LayerSpec Layer(int n) => new()
        {
            Attention = new(heads, heads, width / heads)
            {
                Inputs = Product(width, $"h.{n}.attn.c_attn", 3 * width),
                Output = Product(width, $"h.{n}.attn.c_proj", width),
                Causal = true,
                Scale = Scale(config, width / heads, n),
            },
            AttentionResidual = new(Before: Norm($"h.{n}.ln_1")),
            FeedForward = new(
                Product(width, $"h.{n}.mlp.c_fc", forward), Product(forward, $"h.{n}.mlp.c_proj", width),
                config.Activation("activation_function", "gelu_new"), Gated: false),
            FeedForwardResidual = new(Before: Norm($"h.{n}.ln_2")),
        };
        return new("gpt2", layers, width, heads, forward, window, config.Rows())
        {
            Anchor = "wte.weight",
            Embedding = new("wte.weight", width) { Positions = "wpe.weight", PositionRows = window },
            Blocks = [.. Enumerable.Range(0, layers).Select(Layer)],
            FinalNorm = Norm("ln_f"),
            Head = new("lm_head", config.Flag("tie_word_embeddings", true)),
        };
    }

    private static double Scale(ModelConfig config, int d, int layer)
    {
        var scale = config.Flag("scale_attn_weights", true) ? 1 / Math.Sqrt(d) : 1;
        return config.Flag("scale_attn_by_inverse_layer_idx", false) ? scale / (layer + 1) : scale;
    }
}
