using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads the normalizer of a WordPiece tokenizer.json.</summary>
internal static class WordPieceNormalizerJson
{
    private const string Known = "BertNormalizer, Lowercase, NFD followed by StripAccents, Sequence of these";

    /// <exception cref="InvalidDataException">A value is of the wrong kind.</exception>
    /// <exception cref="NotSupportedException">A step is not known.</exception>
    public static WordPieceOptions Read(JsonElement root, string origin)
    {
        var options = new WordPieceOptions { Lowercase = false, StripAccents = false, CleanText = false, TokenizeChineseCharacters = false };
        if (root.Find("normalizer") is not { } normalizer)
            return options;
        var decomposed = false;
        foreach (var step in Steps(normalizer, origin))
        {
            var type = step.Text("type", origin);
            if (decomposed != (type == "StripAccents"))
                throw Unknown(origin, decomposed ? "NFD without StripAccents" : "StripAccents without NFD");
            decomposed = type == "NFD";
            options = type switch
            {
                "BertNormalizer" => Bert(step, options, origin),
                "Lowercase" => options with { Lowercase = true },
                "NFD" => options,
                "StripAccents" => options with { StripAccents = true },
                _ => throw Unknown(origin, type ?? "unnamed"),
            };
        }

        return decomposed ? throw Unknown(origin, "NFD without StripAccents") : options;
    }

    private static JsonElement[] Steps(JsonElement normalizer, string origin)
    {
        if (normalizer.Text("type", origin) != "Sequence")
            return [normalizer];
        return normalizer.Find("normalizers") is { ValueKind: JsonValueKind.Array } steps ? [.. steps.EnumerateArray()]
            : throw CheckpointErrors.Unusable(origin, "the normalizer Sequence has no list 'normalizers'.");
    }

    private static WordPieceOptions Bert(JsonElement step, WordPieceOptions options, string origin)
    {
        var lowercase = step.Flag("lowercase", origin) ?? true;
        return options with
        {
            CleanText = options.CleanText || (step.Flag("clean_text", origin) ?? true),
            TokenizeChineseCharacters = options.TokenizeChineseCharacters || (step.Flag("handle_chinese_chars", origin) ?? true),
            Lowercase = options.Lowercase || lowercase,
            StripAccents = options.StripAccents is true || (step.Flag("strip_accents", origin) ?? lowercase),
        };
    }

    private static NotSupportedException Unknown(string origin, string type) =>
        new($"{origin}: normalizer '{type}' of a WordPiece model is not known. Known: {Known}.");
}
