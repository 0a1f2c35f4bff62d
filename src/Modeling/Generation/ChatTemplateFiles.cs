using System.Text.Json;
using ML.Extensions.Checkpoints;
using ML.Extensions.Checkpoints.Gguf;

namespace ML.Extensions.Generation;

/// <summary>Finds a model's chat template: chat_template.jinja, tokenizer_config.json or the metadata of a GGUF file.</summary>
internal static class ChatTemplateFiles
{
    /// <summary>Names of the files that a folder's template comes from, beside those of its tokenizer.</summary>
    public static readonly string[] Names = [Jinja, "chat_template.json"];

    private const string Jinja = "chat_template.jinja", Config = "tokenizer_config.json", Key = "chat_template";
    private const long MostBytes = 4 << 20;
    private static readonly string[] TokenNames = ["bos_token", "eos_token", "unk_token", "pad_token", "sep_token", "cls_token", "mask_token"];

    /// <summary>The template of a folder; null if there is none. Of several it is the one named default.</summary>
    /// <exception cref="InvalidDataException">It is broken; the message has the line.</exception>
    public static ChatTemplate? Of(string folder)
    {
        using var config = Open(folder, Config);
        var (text, origin) = Text(folder, config?.RootElement);
        if (text is null)
            return null;
        using var map = Open(folder, "special_tokens_map.json");
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var json in new[] { config, map }.OfType<JsonDocument>().Select(d => d.RootElement))
            foreach (var name in TokenNames)
                if ((json.Find(name) is { ValueKind: JsonValueKind.Object } token ? token.Text("content", Config) : json.Text(name, Config)) is { } content)
                    tokens.TryAdd(name, content);
        return new(JinjaTemplate.Parse(text, origin), tokens);
    }

    /// <summary>The template of a GGUF file; null if there is none.</summary>
    /// <exception cref="InvalidDataException">It is broken; the message has the line.</exception>
    public static ChatTemplate? Of(GgufFile file)
    {
        if (file.Text("tokenizer.chat_template") is not { } text)
            return null;
        var tokens = new Dictionary<string, string>(StringComparer.Ordinal);
        var all = file.Texts("tokenizer.ggml.tokens") ?? [];
        foreach (var (name, key) in TokenNames.Zip(["bos", "eos", "unknown", "padding", "seperator", "cls", "mask"]))
            if (file.Number($"tokenizer.ggml.{key}_token_id") is { } id && id >= 0 && id < all.Length)
                tokens[name] = all[(int)id];
        return new(JinjaTemplate.Parse(text, file.Origin), tokens);
    }

    private static (string? Text, string Origin) Text(string folder, JsonElement? config)
    {
        var path = Path.Combine(folder, Jinja);
        if (File.Exists(path))
        {
            return new FileInfo(path).Length <= MostBytes ? (File.ReadAllText(path), Jinja)
                : throw CheckpointErrors.Unusable(Jinja, $"it has more than {MostBytes} bytes.");
        }

        using var own = Open(folder, "chat_template.json");
        if (own?.RootElement.Text(Key, "chat_template.json") is { } text)
            return (text, "chat_template.json");
        if (config?.Find(Key) is not { } found)
            return (null, Config);
        if (found.ValueKind != JsonValueKind.Array)
            return (config.Value.Text(Key, Config), Config);
        var named = found.EnumerateArray().Select(t => (Name: t.Text("name", Config), Text: t.Text("template", Config))).ToArray();
        return (named.FirstOrDefault(t => t.Name == "default").Text ?? throw CheckpointErrors.Unusable(
            Config, $"'{Key}' holds the templates {string.Join(", ", named.Select(t => t.Name))}; expected one named default."), Config);
    }

    private static JsonDocument? Open(string folder, string name) =>
        Path.Combine(folder, name) is var path && File.Exists(path) ? JsonFile.Open(path) : null;
}
