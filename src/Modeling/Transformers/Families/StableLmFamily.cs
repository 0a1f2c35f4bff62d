namespace ML.Extensions.Transformers.Families;

/// <summary>StableLM: Llama with layer norms, a partial rotation and optional biases, per-head norms and parallel residual. Source: arXiv 2402.17834.</summary>
internal static class StableLmFamily
{
    /// <summary>The spec of a config.json.</summary>
    /// <exception cref="NotSupportedException">qk_layernorm is on: each head has weights of its own there.</exception>
    public static TransformerSpec Read(ModelConfig config)
    {
        if (config.Flag("qk_layernorm", false))
            throw new NotSupportedException($"{config.Origin}: config.json's qk_layernorm is true. Known for stablelm: false.");
        NormSpec Norm(string name) => new(name, config.Width(), config.Epsilon("layer_norm_eps", 1e-5)) { Bias = true };
        var parallel = config.Flag("use_parallel_residual", false);
        var spec = LlamaFamily.Read(config, config.Rotary(defaults: new(Part: 0.25))).EachLayer((layer, n) => layer with
        {
            Attention = layer.Attention with { Inputs = layer.Attention.Inputs with { Bias = config.Flag("use_qkv_bias", false) } },
            AttentionResidual = new(Before: Norm($"layers.{n}.input_layernorm")),
            FeedForwardResidual = new(Before: Norm(parallel ? $"layers.{n}.input_layernorm" : $"layers.{n}.post_attention_layernorm")),
            Parallel = parallel,
        });
        return spec with { FinalNorm = Norm("norm") };
    }
}
