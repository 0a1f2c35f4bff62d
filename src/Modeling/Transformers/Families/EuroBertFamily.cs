namespace ML.Extensions.Transformers.Families;

/// <summary>EuroBERT: Llama whose tokens see all others. Source: arXiv 2503.05500.</summary>
internal static class EuroBertFamily
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config) =>
        LlamaFamily.Read(config, config.Rotary(defaults: new(250_000))).EachAttention((a, _) => a with { Causal = false }) with { Head = null };
}
