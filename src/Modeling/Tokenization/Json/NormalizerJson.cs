using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads the normalizer of a tokenizer.json.</summary>
internal static class NormalizerJson
{
    /// <summary>Types and their readers. A further normalizer is one line here.</summary>
    private static readonly Dictionary<string, Func<JsonElement, string, TextNormalizer>> Kinds = new(StringComparer.Ordinal)
    {
        ["Sequence"] = (json, origin) => new SequenceNormalizer([.. PartJson.List(json, "normalizers", origin).Select(n => Read(n, origin))]),
        ["NFC"] = (_, _) => new UnicodeFormNormalizer(compatible: false, composed: true),
        ["NFD"] = (_, _) => new UnicodeFormNormalizer(compatible: false, composed: false),
        ["NFKC"] = (_, _) => new UnicodeFormNormalizer(compatible: true, composed: true),
        ["NFKD"] = (_, _) => new UnicodeFormNormalizer(compatible: true, composed: false),
        ["Lowercase"] = (_, _) => new LowercaseNormalizer(),
        ["Strip"] = (json, origin) => new StripNormalizer(json.Flag("strip_left", origin) ?? true, json.Flag("strip_right", origin) ?? true),
        ["StripAccents"] = (_, _) => CharacterFilters.StripAccents,
        ["Replace"] = (json, origin) => new ReplaceNormalizer(PatternJson.Read(json, origin), PartJson.Text(json, "content", origin)),
        ["Prepend"] = (json, origin) => new AffixNormalizer(PartJson.Text(json, "prepend", origin), before: true),
        ["Append"] = (json, origin) => new AffixNormalizer(PartJson.Text(json, "append", origin), before: false),
        ["BertNormalizer"] = Bert,
        ["Nmt"] = (_, _) => CharacterFilters.Nmt,
        ["ByteLevel"] = (_, _) => new ByteLevelNormalizer(),
        ["Precompiled"] = Precompiled,
    };

    /// <summary>A normalizer.</summary>
    /// <exception cref="InvalidDataException">A value is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">Its type is not known.</exception>
    public static TextNormalizer Read(JsonElement json, string origin) => PartJson.Read(json, "normalizer", Kinds, origin);

    private static SequenceNormalizer Bert(JsonElement json, string origin)
    {
        var lowercase = json.Flag("lowercase", origin) ?? true;
        var steps = new List<TextNormalizer>();
        if (json.Flag("clean_text", origin) ?? true)
            steps.Add(CharacterFilters.Clean);
        if (json.Flag("handle_chinese_chars", origin) ?? true)
            steps.Add(new IdeographNormalizer());
        if (json.Flag("strip_accents", origin) ?? lowercase)
            steps.AddRange([new UnicodeFormNormalizer(compatible: false, composed: false), CharacterFilters.DropNonSpacingMarks]);
        if (lowercase)
            steps.Add(new LowercaseNormalizer());
        return new(steps);
    }

    private static TextNormalizer Precompiled(JsonElement json, string origin)
    {
        if (json.Text("precompiled_charsmap", origin) is not { Length: > 0 } text)
            return new SequenceNormalizer([]);
        var bytes = new byte[text.Length * 3 / 4 + 3];
        return Convert.TryFromBase64String(text, bytes, out var count) ? new PrecompiledNormalizer(new(bytes.AsSpan(0, count), origin))
            : throw CheckpointErrors.Broken(origin, "'precompiled_charsmap' is not base64.");
    }
}
