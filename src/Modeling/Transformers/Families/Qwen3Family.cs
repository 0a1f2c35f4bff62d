namespace ML.Extensions.Transformers.Families;

/// <summary>Qwen3: Llama with an RMS norm over each query and key head. Source: arXiv 2505.09388.</summary>
internal static class Qwen3Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config) => Qwen2Family.Sliding(
        LlamaFamily.Read(config).EachAttention((a, n) => a with
        {
            QueryNorm = Norm(config, a, $"layers.{n}.self_attn.q_norm"),
            KeyNorm = Norm(config, a, $"layers.{n}.self_attn.k_norm"),
        }), config);

    private static NormSpec Norm(ModelConfig config, AttentionSpec attention, string name) =>
        LlamaFamily.Norm(config, name) with { Width = attention.HeadWidth };
}
