using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.LongText;
using ML.Extensions.Transformers.Families;

namespace ML.Extensions.Transformers;

/// <summary>
/// The families that <see cref="TransformerNetwork"/> runs: from config.json to a spec. A family is one file, and one line here, under
/// its model_type; behind a slash stands the position_embedding_type of a variant under the same model_type.
/// </summary>
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
        ["bert/rope"] = BertFamily.ReadRotary,
        ["e5rope"] = BertFamily.ReadRotary,
        ["roformer"] = RoFormerFamily.Read,
        ["bert/alibi"] = JinaV2Family.Read,
        ["xlm-roberta/rotary"] = JinaV3Family.Read,
        ["jina_embeddings_v3"] = JinaV3Family.Read,
        ["mpnet"] = MpNetFamily.Read,
        ["nomic_bert"] = NomicBertFamily.Read,
        ["modernbert"] = ModernBertFamily.Read,
        ["eurobert"] = EuroBertFamily.Read,
        ["gte"] = GteFamily.Read,
        ["new"] = GteFamily.Read,
        ["t5"] = T5Family.Read,
        ["mt5"] = T5Family.Read,
    };

    /// <summary>Known values of config.json's model_type.</summary>
    public static IReadOnlyCollection<string> Known => [.. Families.Keys.Where(k => !k.Contains('/', StringComparison.Ordinal))];

    /// <summary>Values of position_embedding_type that are known here for a model_type.</summary>
    public static IEnumerable<string> Variants(string type) =>
        Families.Keys.Where(k => k.StartsWith(type + "/", StringComparison.Ordinal)).Select(k => k[(type.Length + 1)..])
            .Concat(type == "bert" ? TextPositions.Names : []).Distinct();

    /// <summary>The spec that a config describes, null if its family is not known here.</summary>
    /// <exception cref="InvalidDataException">A key is missing or out of range; the message names it.</exception>
    public static TransformerSpec? Find(JsonElement config, string origin)
    {
        if (config.Find("model_type") is not { ValueKind: JsonValueKind.String } found)
            return null;
        var type = found.GetString()!;
        var positions = config.Find("position_embedding_type") is { ValueKind: JsonValueKind.String } p ? p.GetString() : null;
        if (type == "bert" && TextPositions.Find(positions) is { } trained)
            return trained.Read(new(config, origin));
        return Families.TryGetValue($"{type}/{positions}", out var read) || Families.TryGetValue(type, out read) ? read(new(config, origin)) : null;
    }
}
