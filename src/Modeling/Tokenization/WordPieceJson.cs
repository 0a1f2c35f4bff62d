using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads a WordPiece tokenizer.json. Its truncation and padding are the embedder's business, its decoder nobody's.</summary>
internal static class WordPieceJson
{
    private const int MaxId = 10_000_000;

    /// <exception cref="InvalidDataException">A part is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">A part is of a kind that is not known.</exception>
    public static TextTokenizer Open(JsonElement root, JsonElement? config, string origin)
    {
        var model = root.GetProperty("model");
        var vocabulary = Vocabulary(model, origin);
        PreTokenizer(root, origin);
        var (prefix, suffix) = SingleTextTemplate.Read(root, origin);
        var options = WordPieceConfig.Override(config, WordPieceNormalizerJson.Read(root, origin));
        return new WordPieceTokenizer(
            vocabulary,
            options with
            {
                UnknownToken = model.Text("unk_token", origin) ?? "[UNK]",
                ContinuingPrefix = model.Text("continuing_subword_prefix", origin) ?? "##",
                MaxCharactersPerWord = model.Count("max_input_chars_per_word", origin) ?? 100,
                Prefix = prefix,
                Suffix = suffix,
                AddedTokens = Added(root, vocabulary, origin),
            },
            origin);
    }

    /// <summary>An id: a whole number from 0 to ten million.</summary>
    public static int Id(JsonElement value, string key, string origin) =>
        value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var id) && id is >= 0 and <= MaxId ? id
        : throw JsonFile.Wrong(origin, key, value, "an id from 0 to 10,000,000");

    private static Dictionary<string, int> Vocabulary(JsonElement model, string origin)
    {
        if (model.Find("vocab") is not { ValueKind: JsonValueKind.Object } vocab)
            throw CheckpointErrors.Unusable(origin, "model has no object 'vocab' of pieces and ids.");
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        var owners = new Dictionary<int, string>();
        foreach (var piece in vocab.EnumerateObject())
        {
            var id = Id(piece.Value, piece.Name, origin);
            if (!pieces.TryAdd(piece.Name, id))
                throw CheckpointErrors.Unusable(origin, $"piece '{piece.Name}' stands twice in the vocabulary.");
            if (!owners.TryAdd(id, piece.Name))
                throw CheckpointErrors.Unusable(origin, $"pieces '{owners[id]}' and '{piece.Name}' have the same id {id}.");
        }

        return pieces.Count > 0 ? pieces : throw CheckpointErrors.Unusable(origin, "the vocabulary is empty.");
    }

    private static void PreTokenizer(JsonElement root, string origin)
    {
        var type = root.Find("pre_tokenizer")?.Text("type", origin) ?? "none";
        if (type != "BertPreTokenizer")
            throw new NotSupportedException($"{origin}: pre-tokenizer '{type}' of a WordPiece model is not known. Known: BertPreTokenizer.");
    }

    private static List<AddedToken> Added(JsonElement root, Dictionary<string, int> vocabulary, string origin)
    {
        var tokens = new List<AddedToken>();
        if (root.Find("added_tokens") is not { } list)
            return tokens;
        if (list.ValueKind != JsonValueKind.Array)
            throw JsonFile.Wrong(origin, "added_tokens", list, "a list");
        foreach (var t in list.EnumerateArray())
        {
            if (t.Text("content", origin) is not { } content || t.Find("id") is not { } number)
                throw JsonFile.Wrong(origin, "added_tokens", t, "a token with content and id");
            var id = Id(number, content, origin);
            if (vocabulary.TryGetValue(content, out var known) && known != id)
                throw CheckpointErrors.Unusable(origin, $"added token '{content}' has id {id}, the vocabulary gives it {known}.");
            bool Flag(string name) => t.Flag(name, origin) ?? false;
            tokens.Add(new(content, id, Flag("lstrip"), Flag("rstrip"), Flag("single_word"), Flag("normalized")));
        }

        return tokens;
    }
}
