using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Special and added tokens that tokenizer_config.json names, for folders without a tokenizer.json.</summary>
internal static class ConfigTokens
{
    private const string Config = "tokenizer_config.json";
    private static readonly string[] Keys = ["bos_token", "eos_token", "unk_token", "sep_token", "pad_token", "cls_token", "mask_token"];

    /// <summary>Tokens matched in the raw text: those named there, and the class's own that the vocabulary holds.</summary>
    /// <param name="settings">tokenizer_config.json.</param>
    /// <param name="vocabulary">Ids of tokens that have none there.</param>
    /// <param name="usual">Special tokens of the class.</param>
    /// <exception cref="InvalidDataException">A value is of the wrong kind.</exception>
    public static List<AddedToken> Read(JsonElement settings, Vocabulary vocabulary, IEnumerable<string> usual)
    {
        var tokens = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        foreach (var text in Keys.Select(k => Text(settings, k)).OfType<string>().Concat(usual))
            if (vocabulary.Find(text) is >= 0 and var id)
                tokens[text] = new(text, id, Special: true);
        if (settings.Find("added_tokens_decoder") is not { } listed)
            return [.. tokens.Values];
        if (listed.ValueKind != JsonValueKind.Object)
            throw JsonFile.Wrong(Config, "added_tokens_decoder", listed, "an object of ids and tokens");
        foreach (var entry in listed.EnumerateObject())
        {
            if (!int.TryParse(entry.Name, System.Globalization.NumberStyles.None, null, out var id) || id > Vocabulary.MaxId
                || entry.Value.ValueKind != JsonValueKind.Object || entry.Value.Text("content", Config) is not { Length: > 0 } text)
                throw JsonFile.Wrong(Config, $"added_tokens_decoder of '{entry.Name}'", entry.Value, "an id and an object with content");
            bool Flag(string name) => entry.Value.Flag(name, Config) ?? false;
            tokens[text] = new(text, id, Flag("lstrip"), Flag("rstrip"), Flag("single_word"), Flag("normalized"), Flag("special"));
        }

        return [.. tokens.Values];
    }

    /// <summary>Id of a special token.</summary>
    /// <exception cref="InvalidDataException">It is no token.</exception>
    public static int Id(JsonElement settings, string key, string otherwise, Vocabulary vocabulary, IReadOnlyList<AddedToken> added)
    {
        var text = Text(settings, key) ?? otherwise;
        return added.FirstOrDefault(t => t.Content == text)?.Id ?? (vocabulary.Find(text) is >= 0 and var id ? id : throw CheckpointErrors.Unusable(
            "vocab.json", $"the vocabulary of {vocabulary.Ids.Count} pieces has no '{text}', the '{key}' of this kind of tokenizer."));
    }

    private static string? Text(JsonElement settings, string key) =>
        settings.Find(key) is { ValueKind: JsonValueKind.Object } token ? token.Text("content", Config) : settings.Text(key, Config);
}
