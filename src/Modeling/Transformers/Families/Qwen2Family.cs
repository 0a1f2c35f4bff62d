namespace ML.Extensions.Transformers.Families;

/// <summary>
/// Qwen2: Llama with biases on queries, keys and values. Layers slide only where use_sliding_window says so, from
/// max_window_layers on; published configs carry a sliding_window that is off. Source: arXiv 2407.10671.
/// </summary>
internal static class Qwen2Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config) => Sliding(
        LlamaFamily.Read(config).EachAttention((a, _) => a with { Inputs = a.Inputs with { Bias = true }, Output = a.Output with { Bias = false } }), config);

    /// <summary>Qwen's rule for sliding layers.</summary>
    public static TransformerSpec Sliding(TransformerSpec spec, ModelConfig config)
    {
        var first = config.Number("max_window_layers", 28);
        return config.Flag("use_sliding_window", false) ? spec.Sliding(config, n => n >= first) : spec;
    }
}
