namespace ML.Extensions.Transformers.Families;

/// <summary>Granite: Llama with factors on embeddings, attention, residuals and logits. Source: IBM's Granite 3 report, 2024.</summary>
internal static class GraniteFamily
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var residual = config.Number("residual_multiplier", 1);
        var scaling = config.Number("logits_scaling", 1);
        var spec = LlamaFamily.Read(config).EachLayer((layer, _) => layer with
        {
            Attention = layer.Attention with { Scale = config.Number("attention_multiplier", 1) },
            AttentionResidual = layer.AttentionResidual with { Multiplier = residual },
            FeedForwardResidual = layer.FeedForwardResidual with { Multiplier = residual },
        });
        return spec with
        {
            Embedding = spec.Embedding with { Scale = config.Number("embedding_multiplier", 1) },
            Head = spec.Head! with
            {
                Multiplier = scaling != 0 ? 1 / scaling : throw new InvalidDataException($"{config.Origin}: config.json's logits_scaling is 0."),
            },
        };
    }
}
