using System.Text;
using System.Text.Json;
using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Reads the pre-tokenizer of a tokenizer.json.</summary>
internal static class PreTokenizerJson
{
    /// <summary>Types and their readers; each gives the steps in order. A further pre-tokenizer is one line here.</summary>
    private static readonly Dictionary<string, Func<JsonElement, string, IEnumerable<PreTokenizer>>> Kinds = new(StringComparer.Ordinal)
    {
        ["Sequence"] = (json, origin) => PartJson.List(json, "pretokenizers", origin).SelectMany(p => Read(p, origin)),
        ["BertPreTokenizer"] = (_, _) => [At(Rune.IsWhiteSpace, SplitBehavior.Removed), At(BertCharacters.IsPunctuation, SplitBehavior.Isolated)],
        ["Whitespace"] = (_, _) => [new SplitPreTokenizer(new WordPattern(), SplitBehavior.Removed, invert: true)],
        ["WhitespaceSplit"] = (_, _) => [At(Rune.IsWhiteSpace, SplitBehavior.Removed)],
        ["ByteLevel"] = ByteLevel,
        ["Metaspace"] = (json, origin) => [Metaspace(json, origin)],
        ["Split"] = (json, origin) => [new SplitPreTokenizer(PatternJson.Read(json, origin), Behavior(json, origin), json.Flag("invert", origin) ?? false)],
        ["Punctuation"] = (json, origin) => [At(BertCharacters.IsPunctuation, Behavior(json, origin))],
        ["Digits"] = (json, origin) => [At(Rune.IsNumber, json.Flag("individual_digits", origin) ?? false ? SplitBehavior.Isolated : SplitBehavior.Contiguous)],
        ["CharDelimiterSplit"] = (json, origin) => [new SplitPreTokenizer(new LiteralPattern(Character(json, "delimiter", origin)), SplitBehavior.Removed)],
        ["UnicodeScripts"] = (_, _) => [new ScriptPreTokenizer()],
        ["FixedLength"] = (json, origin) => [new FixedLengthPreTokenizer(json.Count("length", origin) ?? 5)],
    };

    /// <summary>The steps of a pre-tokenizer.</summary>
    /// <exception cref="InvalidDataException">A value is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">A type is not known.</exception>
    public static IReadOnlyList<PreTokenizer> Read(JsonElement json, string origin) => [.. PartJson.Read(json, "pre-tokenizer", Kinds, origin)];

    /// <summary>prepend_scheme of Metaspace, which old files tell by add_prefix_space.</summary>
    /// <exception cref="InvalidDataException">It is not one of the known ones.</exception>
    public static string Scheme(JsonElement json, string origin)
    {
        var scheme = json.Text("prepend_scheme", origin) ?? (json.Flag("add_prefix_space", origin) ?? true ? "always" : "never");
        return MetaspacePreTokenizer.Schemes.Contains(scheme) ? scheme : throw CheckpointErrors.Unusable(
            origin, $"'prepend_scheme' is '{scheme}'; expected one of {string.Join(", ", MetaspacePreTokenizer.Schemes)}.");
    }

    /// <summary>A text of one character that must be there.</summary>
    /// <exception cref="InvalidDataException">It is missing or longer.</exception>
    public static string Character(JsonElement json, string key, string origin)
    {
        var text = PartJson.Text(json, key, origin);
        return text.EnumerateRunes().Count() == 1 ? text
            : throw CheckpointErrors.Unusable(origin, $"'{key}' is '{text}'; expected one character.");
    }

    private static SplitPreTokenizer At(Func<Rune, bool> has, SplitBehavior behavior) => new(new CharacterPattern(has), behavior);

    private static SplitBehavior Behavior(JsonElement json, string origin) => PartJson.Name(json, "behavior", SplitBehavior.Isolated, origin);

    private static MetaspacePreTokenizer Metaspace(JsonElement json, string origin) =>
        new(Character(json, "replacement", origin), Scheme(json, origin), json.Flag("split", origin) ?? true);

    private static IEnumerable<PreTokenizer> ByteLevel(JsonElement json, string origin)
    {
        if (json.Flag("add_prefix_space", origin) ?? true)
            yield return new PrefixSpacePreTokenizer();
        if (json.Flag("use_regex", origin) ?? true)
            yield return new SplitPreTokenizer(RegexPatterns.Create(RegexPatterns.Gpt2, origin), SplitBehavior.Isolated);
        yield return new ByteAlphabetPreTokenizer();
    }
}
