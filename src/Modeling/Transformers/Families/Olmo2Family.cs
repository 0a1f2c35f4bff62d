namespace ML.Extensions.Transformers.Families;

/// <summary>OLMo 2: Llama with the norms behind each part instead of before it, and norms over all query and key heads together. Source: arXiv 2501.00656.</summary>
internal static class Olmo2Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config) => LlamaFamily.Read(config).EachLayer((layer, n) => layer with
    {
        Attention = layer.Attention with
        {
            QueryNorm = LlamaFamily.Norm(config, $"layers.{n}.self_attn.q_norm") with { Width = layer.Attention.Heads * layer.Attention.HeadWidth },
            KeyNorm = LlamaFamily.Norm(config, $"layers.{n}.self_attn.k_norm") with { Width = layer.Attention.KeyHeads * layer.Attention.HeadWidth },
        },
        AttentionResidual = new(Inner: LlamaFamily.Norm(config, $"layers.{n}.post_attention_layernorm")),
        FeedForwardResidual = new(Inner: LlamaFamily.Norm(config, $"layers.{n}.post_feedforward_layernorm")),
    });
}
