namespace ML.Extensions.Transformers.Families;

/// <summary>
/// Gemma 2: norms around both parts with weights stored minus one, scaled embeddings, capped logits; even layers slide.
/// Source: arXiv 2408.00118.
/// </summary>
internal static class Gemma2Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var spec = Common(config, config.Rotary()).EachAttention((a, _) => a with { SoftCap = Cap(config, "attn_logit_softcapping") });
        return spec.Sliding(config, n => n % 2 == 0) with { Head = spec.Head! with { SoftCap = Cap(config, "final_logit_softcapping") } };
    }

    /// <summary>What Gemma 2 and 3 share.</summary>
    public static TransformerSpec Common(ModelConfig config, PositionEncoding positions)
    {
        var spec = LlamaFamily.Read(config, positions).EachLayer((layer, n) => Layer(config, layer, $"layers.{n}."));
        return spec with
        {
            Embedding = spec.Embedding with { Scale = Math.Sqrt(spec.Width) },
            FinalNorm = spec.FinalNorm! with { Offset = 1 },
            Head = spec.Head! with { Tied = config.Flag("tie_word_embeddings", true) },
        };
    }

    /// <summary>A positive bound on logits; null where there is none.</summary>
    public static double? Cap(ModelConfig config, string key) => config.Number(key) is not { } cap ? null
        : cap > 0 ? cap : throw new InvalidDataException($"{config.Origin}: config.json's {key} is {cap}; expected more than 0.");

    private static LayerSpec Layer(ModelConfig config, LayerSpec layer, string at)
    {
        NormSpec Norm(string name) => LlamaFamily.Norm(config, at + name) with { Offset = 1 };
        return layer with
        {
            Attention = layer.Attention with { Scale = Math.Pow(config.Number("query_pre_attn_scalar", 256), -0.5) },
            AttentionResidual = new(Before: Norm("input_layernorm"), Inner: Norm("post_attention_layernorm")),
            FeedForward = layer.FeedForward with { Activation = config.Activation("hidden_activation", "gelu_pytorch_tanh") },
            FeedForwardResidual = new(Before: Norm("pre_feedforward_layernorm"), Inner: Norm("post_feedforward_layernorm")),
        };
    }
}
