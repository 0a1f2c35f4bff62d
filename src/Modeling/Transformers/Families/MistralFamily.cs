namespace ML.Extensions.Transformers.Families;

/// <summary>Mistral: Llama whose layers all see the last sliding_window tokens. Source: arXiv 2310.06825.</summary>
internal static class MistralFamily
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config) =>
        LlamaFamily.Read(config).Sliding(config, _ => true);
}
