using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Transformers.Families;

namespace ML.Extensions.Transformers;

/// <summary>The families that <see cref="TransformerNetwork"/> runs: from config.json to a spec. A family is one file, and one line here.</summary>
internal static class TransformerFamilies
{
    private static readonly Dictionary<string, Func<ModelConfig, TransformerSpec>> Families = new(StringComparer.Ordinal)
    {
        ["llama"] = LlamaFamily.Read,
        ["mistral"] = MistralFamily.Read,
        ["qwen2"] = Qwen2Family.Read,
        ["qwen3"] = Qwen3Family.Read,
        ["phi3"] = Phi3Family.Read,
        ["gemma2"] = Gemma2Family.Read,
        ["gemma3_text"] = Gemma3Family.Read,
        ["gpt2"] = Gpt2Family.Read,
        ["gpt_neox"] = GptNeoXFamily.Read,
        ["olmo2"] = Olmo2Family.Read,
        ["granite"] = GraniteFamily.Read,
        ["stablelm"] = StableLmFamily.Read,
        ["smollm3"] = SmolLm3Family.Read,
        ["bloom"] = BloomFamily.Read,
    };

    /// <summary>Known values of config.json's model_type.</summary>
    public static IReadOnlyCollection<string> Known => Families.Keys;

    /// <summary>The spec that a config describes, null if its family is not known here.</summary>
    /// <exception cref="InvalidDataException">A key is missing or out of range; the message names it.</exception>
    public static TransformerSpec? Find(JsonElement config, string origin) =>
        config.Find("model_type") is { ValueKind: JsonValueKind.String } type && Families.TryGetValue(type.GetString()!, out var read)
            ? read(new(config, origin)) : null;
}
