using System.Globalization;
using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Opens a folder whose vocabulary is a SentencePiece model alone. tokenizer_config.json says by its tokenizer_class how
/// transformers numbers the pieces and which special tokens go round a text.
/// </summary>
internal static class SentencePieceFolder
{
    private const string Config = "tokenizer_config.json";
    private const int T5ExtraIds = 100;
    private const int MaxId = 10_000_000;
    private static readonly string[] Names = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"];
    private static readonly string[] SpecialNames = ["bos_token", "eos_token", "unk_token", "pad_token", "cls_token", "sep_token", "mask_token"];
    private static readonly string[] Plainly = ["LlamaTokenizer", "GemmaTokenizer", "CodeLlamaTokenizer", "PreTrainedTokenizer"];

    /// <summary>Classes of folders that name none, by the model_type of config.json.</summary>
    private static readonly Dictionary<string, string> Classes = new(StringComparer.Ordinal)
    {
        ["xlm-roberta"] = "XLMRobertaTokenizer",
        ["camembert"] = "CamembertTokenizer",
        ["t5"] = "T5Tokenizer",
        ["mt5"] = "T5Tokenizer",
        ["llama"] = "LlamaTokenizer",
        ["mistral"] = "LlamaTokenizer",
        ["gemma2"] = "GemmaTokenizer",
        ["gemma3_text"] = "GemmaTokenizer",
    };

    /// <summary>The model file of a folder, null if there is none.</summary>
    public static string? Find(string folder) => Names.Select(n => Path.Combine(folder, n)).FirstOrDefault(File.Exists);

    /// <summary>Opens a model file with what tokenizer_config.json and config.json beside it say, if they are there.</summary>
    /// <exception cref="InvalidDataException">A file breaks its format or lacks a piece.</exception>
    /// <exception cref="NotSupportedException">The model is neither Unigram nor BPE, or its class numbers the pieces in a way that is not known.</exception>
    public static TextTokenizer Open(string path, JsonElement? config)
    {
        var model = SentencePieceFile.Open(path);
        var origin = Path.GetFileName(path);
        var name = config?.Text("tokenizer_class", Config) ?? ClassByModel(Path.GetDirectoryName(path)!);
        name = name is not null && name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name;
        return name switch
        {
            null => Plain(model, name, config, origin),
            _ when Plainly.Contains(name) => Plain(model, name, config, origin),
            "XLMRobertaTokenizer" => SentencePieceJson.Fairseq(model, origin),
            "CamembertTokenizer" => SentencePieceJson.Camembert(model, origin),
            "T5Tokenizer" => SentencePieceJson.T5(model, ExtraIds(config), origin),
            _ => throw new NotSupportedException(
                $"{Config}: how {name} numbers the pieces of {origin} is not known. Known: XLMRobertaTokenizer, CamembertTokenizer, T5Tokenizer, {string.Join(", ", Plainly)}. Save the tokenizer as tokenizer.json."),
        };
    }

    private static string? ClassByModel(string folder)
    {
        var path = Path.Combine(folder, "config.json");
        if (!File.Exists(path))
            return null;
        using var config = JsonFile.Open(path);
        return Classes.GetValueOrDefault(config.RootElement.Text("model_type", "config.json") ?? "");
    }

    private static int ExtraIds(JsonElement? config) =>
        config?.Find("extra_ids") is not { } value ? T5ExtraIds
        : value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var n) && n is >= 0 and <= 10_000 ? n
        : throw JsonFile.Wrong(Config, "extra_ids", value, "a whole number from 0 to 10000");

    /// <summary>The model's own ids; special tokens as the configuration says, else as the family does.</summary>
    private static SentencePieceTokenizer Plain(SentencePieceModel model, string? name, JsonElement? config, string origin)
    {
        var added = AddedTokens(model, config);
        var llama = name is "LlamaTokenizer" or "GemmaTokenizer" or "CodeLlamaTokenizer";
        if (config?.Flag("add_prefix_space", Config) is { } prefix)
            model = model with { AddDummyPrefix = prefix };
        return new(model, new()
        {
            AddedTokens = added,
            Prefix = config?.Flag("add_bos_token", Config) ?? llama ? [Special(model.Special.Begin, "bos_token")] : [],
            Suffix = config?.Flag("add_eos_token", Config) ?? false ? [Special(model.Special.End, "eos_token")] : [],
            PrefixAfterAddedTokens = config?.Flag("legacy", Config) ?? true,
        });

        int Special(int id, string key) =>
            config is { } c && TokenText(c, key) is { } text && added.FirstOrDefault(t => t.Content == text) is { } token ? token.Id
            : id >= 0 ? id : throw CheckpointErrors.Unusable(origin, $"{Config} asks for the token '{key}', which the model does not have.");
    }

    /// <summary>Special tokens of the configuration that are pieces, and the tokens that it lists with their ids.</summary>
    private static List<AddedToken> AddedTokens(SentencePieceModel model, JsonElement? config)
    {
        var tokens = new Dictionary<string, AddedToken>(StringComparer.Ordinal);
        if (config is not { } root)
            return [];
        foreach (var text in SpecialNames.Select(n => TokenText(root, n)).OfType<string>())
            for (var id = 0; id < model.Pieces.Count; id++)
                if (model.Pieces[id].Text == text)
                    tokens[text] = new(text, id, Special: true);
        foreach (var entry in root.Find("added_tokens_decoder") is { ValueKind: JsonValueKind.Object } list ? list.EnumerateObject() : default)
        {
            if (!int.TryParse(entry.Name, NumberStyles.None, CultureInfo.InvariantCulture, out var id) || id > MaxId || entry.Value.Text("content", Config) is not { Length: > 0 } text)
                throw JsonFile.Wrong(Config, $"added_tokens_decoder of '{entry.Name}'", entry.Value, "an id and an object with content");
            tokens[text] = new(
                text, id, entry.Value.Flag("lstrip", Config) ?? false, entry.Value.Flag("rstrip", Config) ?? false, entry.Value.Flag("single_word", Config) ?? false,
                Special: entry.Value.Flag("special", Config) ?? false);
        }

        return [.. tokens.Values];
    }

    private static string? TokenText(JsonElement root, string name) =>
        root.Find(name) is { ValueKind: JsonValueKind.Object } token ? token.Text("content", Config) : root.Text(name, Config);
}
