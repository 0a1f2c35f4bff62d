using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Opens a tokenizer.json of BERT's kind, that is WordPiece behind BERT's pre-tokenizer and normalizer.</summary>
internal static class WordPieceJson
{
    /// <summary>The fast tokenizer; null if some part is of another kind, as <see cref="PipelineJson"/> reads it.</summary>
    /// <exception cref="InvalidDataException">A part is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">A part is of a kind that is not known.</exception>
    public static WordPieceTokenizer? TryOpen(JsonElement root, JsonElement? config, string origin)
    {
        var model = root.GetProperty("model");
        if (ModelJson.Type(model, origin) != "WordPiece" || root.Find("pre_tokenizer")?.Text("type", origin) != "BertPreTokenizer")
            return null;
        if (WordPieceConfig.Override(config, Normalizer(root, origin)) is not { } options)
            return null;
        var vocabulary = Vocabulary.Read(model.Find("vocab"), origin);
        return new(
            vocabulary.Ids,
            options with
            {
                UnknownToken = model.Text("unk_token", origin) ?? "[UNK]",
                ContinuingPrefix = model.Text("continuing_subword_prefix", origin) ?? "##",
                MaxCharactersPerWord = model.Count("max_input_chars_per_word", origin) ?? 100,
                AddedTokens = AddedTokenJson.Read(root, t => vocabulary.Find(t), origin),
                Layout = LayoutJson.Read(root, origin),
                Decoder = root.Find("decoder") is { } decoder ? DecoderJson.Read(decoder, origin) : null,
            },
            origin);
    }

    private static WordPieceOptions? Normalizer(JsonElement root, string origin)
    {
        var none = new WordPieceOptions { Lowercase = false, StripAccents = false, CleanText = false, TokenizeChineseCharacters = false };
        if (root.Find("normalizer") is not { } normalizer)
            return none;
        return PartJson.Type(normalizer, "normalizer", origin) switch
        {
            "Lowercase" => none with { Lowercase = true },
            "BertNormalizer" => Bert(normalizer, origin),
            _ => null,
        };
    }

    private static WordPieceOptions Bert(JsonElement normalizer, string origin) => new()
    {
        CleanText = normalizer.Flag("clean_text", origin) ?? true,
        TokenizeChineseCharacters = normalizer.Flag("handle_chinese_chars", origin) ?? true,
        Lowercase = normalizer.Flag("lowercase", origin) ?? true,
        StripAccents = normalizer.Flag("strip_accents", origin),
    };
}
