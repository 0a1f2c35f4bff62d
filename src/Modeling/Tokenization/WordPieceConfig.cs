using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>What tokenizer_config.json says of a WordPiece vocabulary.</summary>
internal static class WordPieceConfig
{
    private const string Origin = "tokenizer_config.json";
    private static readonly string[] Classes = ["BertTokenizer", "DistilBertTokenizer", "ElectraTokenizer", "MPNetTokenizer"];

    /// <summary>Flags and names of special tokens over a bare vocabulary.</summary>
    /// <exception cref="InvalidDataException">A value is of the wrong kind.</exception>
    public static WordPieceOptions Apply(JsonElement? config, WordPieceOptions options) => config is not { } root ? options : options with
    {
        Lowercase = root.Flag("do_lower_case", Origin) ?? true,
        StripAccents = root.Flag("strip_accents", Origin),
        TokenizeChineseCharacters = root.Flag("tokenize_chinese_chars", Origin) ?? true,
        UnknownToken = Token(root, "unk_token") ?? "[UNK]",
        ClassToken = Token(root, "cls_token") ?? "[CLS]",
        SeparatorToken = Token(root, "sep_token") ?? "[SEP]",
        PaddingToken = Token(root, "pad_token") ?? "[PAD]",
        MaskToken = Token(root, "mask_token") ?? "[MASK]",
    };

    /// <summary>
    /// transformers builds BERT's classes a normalizer from the flags here, whatever tokenizer.json says; so do we where
    /// do_lower_case is stated.
    /// </summary>
    /// <exception cref="InvalidDataException">A value is of the wrong kind.</exception>
    public static WordPieceOptions? Override(JsonElement? config, WordPieceOptions? options)
    {
        if (config is not { } root || root.Text("tokenizer_class", Origin) is not { } name
            || !Classes.Contains(name.EndsWith("Fast", StringComparison.Ordinal) ? name[..^4] : name)
            || root.Flag("do_lower_case", Origin) is not { } lowercase)
            return options;
        return (options ?? new()) with
        {
            CleanText = true,
            Lowercase = lowercase,
            StripAccents = root.Flag("strip_accents", Origin),
            TokenizeChineseCharacters = root.Flag("tokenize_chinese_chars", Origin) ?? true,
        };
    }

    private static string? Token(JsonElement root, string name) => root.Find(name) switch
    {
        { ValueKind: JsonValueKind.Object } token => token.Text("content", Origin),
        _ => root.Text(name, Origin),
    };
}
