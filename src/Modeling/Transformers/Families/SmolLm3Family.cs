using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Transformers.Families;

/// <summary>SmolLM3: Llama in which some layers know no positions (NoPE, arXiv 2501.18795). In no_rope_layers 1 means rotary, 0 none.</summary>
internal static class SmolLm3Family
{
    /// <summary>The spec of a config.json.</summary>
    public static TransformerSpec Read(ModelConfig config)
    {
        var every = config.Size("no_rope_layer_interval", int.MaxValue, 4);
        var list = config.PerLayer("no_rope_layers", config.Layers());
        bool Turns(int n) => list is null ? (n + 1) % every != 0
            : list[n].ValueKind == JsonValueKind.Number && list[n].TryGetInt32(out var flag) && flag is 0 or 1 ? flag == 1
            : throw JsonFile.Wrong(config.Origin, "no_rope_layers", list[n], "0 or 1");
        var spec = LlamaFamily.Read(config, config.Rotary(defaults: new(Base: 2_000_000))).EachAttention((a, n) => Turns(n) ? a : a with { Positions = null });
        spec = spec with { Head = spec.Head! with { Tied = config.Flag("tie_word_embeddings", true) } };
        return Qwen2Family.Sliding(spec, config);
    }
}
