namespace ML.Extensions.Transformers.Families;

/// <summary>Phi-3: Llama with packed products (query, key, value; gate, up) and mostly longrope. Source: arXiv 2404.14219.</summary>
internal static class Phi3Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config) => LlamaFamily.Read(config)
        .EachLayer((layer, n) => layer with
        {
            Attention = layer.Attention with
            {
                Inputs = Packed(layer.Attention.Inputs, $"layers.{n}.self_attn.qkv_proj"),
            },
            FeedForward = layer.FeedForward with { Up = Packed(layer.FeedForward.Up, $"layers.{n}.mlp.gate_up_proj") },
        })
        .Sliding(config, _ => true);

    private static ProjectionSpec Packed(ProjectionSpec parts, string name) => parts with { Parts = [new(name, parts.Outputs)] };
}
