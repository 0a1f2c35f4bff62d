using System.Text.Json;

namespace ML.Extensions.Tokenization;

/// <summary>Reads a WordPiece tokenizer.json.</summary>
internal static class WordPieceJson
{
    /// <exception cref="InvalidDataException">A part is missing or of a kind that WordPiece models do not have.</exception>
    public static TextTokenizer Open(JsonElement root, string origin)
    {
        var model = root.GetProperty("model");
        var vocabulary = Vocabulary(model.GetProperty("vocab"), origin);
        var options = Normalizer(root, origin, new() { Lowercase = false, StripAccents = false, CleanText = false, TokenizeChineseCharacters = false });
        var (cls, sep) = SpecialTokens(root, origin);
        return new WordPieceTokenizer(
            vocabulary,
            options with
            {
                UnknownToken = model.TryGetProperty("unk_token", out var unk) ? unk.GetString()! : "[UNK]",
                ContinuingPrefix = model.TryGetProperty("continuing_subword_prefix", out var p) ? p.GetString()! : "##",
                MaxCharactersPerWord = model.TryGetProperty("max_input_chars_per_word", out var m) ? m.GetInt32() : 100,
                ClassToken = cls,
                SeparatorToken = sep,
                AddedTokens = Added(root),
            },
            origin);
    }

    private static Dictionary<string, int> Vocabulary(JsonElement vocab, string origin)
    {
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var piece in vocab.EnumerateObject())
        {
            var id = piece.Value.GetInt32();
            if (id is < 0 or > 10_000_000)
                throw new InvalidDataException($"{origin}: piece '{piece.Name}' has id {id}; expected 0 to 10,000,000.");
            if (!pieces.TryAdd(piece.Name, id))
                throw new InvalidDataException($"{origin}: piece '{piece.Name}' stands twice in the vocabulary.");
        }

        return pieces.Count > 0 ? pieces : throw new InvalidDataException($"{origin}: the vocabulary is empty.");
    }

    private static WordPieceOptions Normalizer(JsonElement node, string origin, WordPieceOptions options)
    {
        if (!node.TryGetProperty("normalizer", out var normalizer) || normalizer.ValueKind == JsonValueKind.Null)
            return options;
        var steps = normalizer.GetProperty("type").GetString() == "Sequence"
            ? normalizer.GetProperty("normalizers").EnumerateArray().ToArray() : [normalizer];
        foreach (var step in steps)
        {
            bool Flag(string name, bool usual) => step.TryGetProperty(name, out var v) && v.ValueKind != JsonValueKind.Null ? v.GetBoolean() : usual;
            var type = step.GetProperty("type").GetString();
            options = type switch
            {
                "BertNormalizer" => options with
                {
                    CleanText = Flag("clean_text", true),
                    TokenizeChineseCharacters = Flag("handle_chinese_chars", true),
                    Lowercase = Flag("lowercase", true) || options.Lowercase,
                    StripAccents = Flag("strip_accents", Flag("lowercase", true)),
                },
                "Lowercase" => options with { Lowercase = true },
                "StripAccents" => options with { StripAccents = true },
                "NFD" or "NFC" or "NFKC" or "NFKD" => options,
                _ => throw new NotSupportedException($"{origin}: normalizer '{type}' of a WordPiece model is not known. Known: BertNormalizer, Lowercase, StripAccents, NFD, NFC, NFKC, NFKD."),
            };
        }

        return options;
    }

    private static (string Cls, string Sep) SpecialTokens(JsonElement root, string origin)
    {
        if (!root.TryGetProperty("post_processor", out var post) || post.ValueKind == JsonValueKind.Null)
            return ("[CLS]", "[SEP]");
        switch (post.GetProperty("type").GetString())
        {
            case "BertProcessing":
                return (post.GetProperty("cls")[0].GetString()!, post.GetProperty("sep")[0].GetString()!);
            case "TemplateProcessing":
                var special = post.GetProperty("single").EnumerateArray()
                    .Where(e => e.TryGetProperty("SpecialToken", out _))
                    .Select(e => e.GetProperty("SpecialToken").GetProperty("id").GetString()!).ToArray();
                return special is [var first, var last] ? (first, last)
                    : throw new InvalidDataException($"{origin}: the template of a single text has {special.Length} special tokens; expected [CLS] before and [SEP] after it.");
            case var other:
                throw new NotSupportedException($"{origin}: post-processor '{other}' of a WordPiece model is not known. Known: BertProcessing, TemplateProcessing.");
        }
    }

    private static List<AddedToken> Added(JsonElement root)
    {
        var tokens = new List<AddedToken>();
        if (!root.TryGetProperty("added_tokens", out var list) || list.ValueKind != JsonValueKind.Array)
            return tokens;
        foreach (var t in list.EnumerateArray())
        {
            bool Flag(string name) => t.TryGetProperty(name, out var v) && v.ValueKind == JsonValueKind.True;
            tokens.Add(new(
                t.GetProperty("content").GetString()!, t.GetProperty("id").GetInt32(),
                Flag("lstrip"), Flag("rstrip"), Flag("single_word"), Flag("normalized")));
        }

        return tokens;
    }
}
