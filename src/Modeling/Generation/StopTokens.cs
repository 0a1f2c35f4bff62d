using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;

namespace ML.Extensions.Generation;

/// <summary>Ids that end an answer, as a model's files name them.</summary>
internal static class StopTokens
{
    /// <summary>The file of a folder that names them first.</summary>
    public const string FileName = "generation_config.json";

    private const string Key = "eos_token_id";

    /// <summary>Ends of turns and texts in GGUF files whose keys do not name them all. Source: src/llama-vocab.cpp of github.com/ggml-org/llama.cpp.</summary>
    private static readonly string[] Texts =
        ["<|eot_id|>", "<|im_end|>", "<|end|>", "<end_of_turn>", "<|endoftext|>", "<|end_of_text|>", "<|eom_id|>", "<|END_OF_TURN_TOKEN|>", "<EOT>", "_<EOT>"];

    /// <summary>Those of generation_config.json, else those of config.json.</summary>
    /// <exception cref="InvalidDataException">A value is no id.</exception>
    public static HashSet<int> Of(string folder, JsonElement config)
    {
        var path = Path.Combine(folder, FileName);
        using var generation = File.Exists(path) ? JsonFile.Open(path) : null;
        var ids = generation is null ? [] : Ids(generation.RootElement, FileName);
        return ids.Count > 0 ? ids : Ids(config, "config.json");
    }

    /// <summary>Those that a GGUF file's keys name, and control tokens that are known as ends.</summary>
    public static HashSet<int> Of(GgufFile file)
    {
        var ids = new HashSet<int>();
        foreach (var key in new[] { "eos", "eot", "eom" })
            if (file.Number($"tokenizer.ggml.{key}_token_id") is { } id and >= 0 and <= int.MaxValue)
                ids.Add((int)id);
        var types = file.Numbers("tokenizer.ggml.token_type");
        foreach (var (id, text) in (file.Texts("tokenizer.ggml.tokens") ?? []).Index())
            if (types is not null && id < types.Length && types[id] is 3 or 4 && Texts.Contains(text))
                ids.Add(id);
        return ids;
    }

    private static HashSet<int> Ids(JsonElement json, string origin)
    {
        if (json.Find(Key) is not { } found)
            return [];
        IEnumerable<JsonElement> all = found.ValueKind == JsonValueKind.Array ? found.EnumerateArray() : [found];
        return [.. all.Select(i => i.ValueKind == JsonValueKind.Number && i.TryGetInt32(out var id) && id >= 0
            ? id : throw JsonFile.Wrong(origin, Key, i, "an id, or a list of ids"))];
    }
}
