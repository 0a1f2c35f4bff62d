namespace ML.Extensions.Tokenization;

/// <summary>Byte-level BPE of a GGUF file: tokenizer.ggml.pre names what the model's tokenizer.json spells out.</summary>
internal static class GgufByteLevel
{
    private const string Gpt2 = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":true,"use_regex":true}""";
    private const string Bytes = """{"type":"ByteLevel","add_prefix_space":false,"trim_offsets":false,"use_regex":false}""";
    private const string SingleDigits = """{"type":"Digits","individual_digits":true}""";

    private const string Llama3 =
        """(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}{1,3}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+""";

    private const string Qwen2 =
        """(?i:'s|'t|'re|'ve|'m|'ll|'d)|[^\\r\\n\\p{L}\\p{N}]?\\p{L}+|\\p{N}| ?[^\\s\\p{L}\\p{N}]+[\\r\\n]*|\\s*[\\r\\n]+|\\s+(?!\\S)|\\s+""";

    /// <summary>Kinds of words by name. <see cref="Kind.Whole"/>: a word that is a piece is not merged; <see cref="Kind.Begins"/>: a text begins with the begin token unless the file says otherwise.</summary>
    private static readonly Dictionary<string, Kind> Kinds = new(StringComparer.Ordinal)
    {
        ["default"] = new(Gpt2),
        ["gpt-2"] = new(Gpt2),
        ["phi-2"] = new(Gpt2),
        ["mpt"] = new(Gpt2),
        ["olmo"] = new(Gpt2),
        ["jais"] = new(Gpt2),
        ["smollm"] = new(Sequence(SingleDigits, Gpt2)),
        ["starcoder"] = new(Sequence(SingleDigits, Gpt2)),
        ["refact"] = new(Sequence(SingleDigits, Gpt2)),
        ["command-r"] = new(Sequence(SingleDigits, Gpt2)),
        ["codeshell"] = new(Sequence(SingleDigits, Gpt2)),
        ["llama3"] = new(Sequence(Split(Llama3), Bytes), Whole: true, Begins: true),
        ["llama-v3"] = new(Sequence(Split(Llama3), Bytes), Whole: true, Begins: true),
        ["llama-bpe"] = new(Sequence(Split(Llama3), Bytes), Whole: true, Begins: true),
        ["dbrx"] = new(Sequence(Split(Llama3), Bytes)),
        ["smaug-bpe"] = new(Sequence(Split(Llama3), Bytes)),
        ["chatglm-bpe"] = new(Sequence(Split(Llama3), Bytes)),
        ["glm4"] = new(Sequence(Split(Llama3), Bytes)),
        ["qwen2"] = new(Sequence(Split(Qwen2), Bytes), Composes: true),
        ["deepseek-r1-qwen"] = new(Sequence(Split(Qwen2), Bytes), Composes: true),
        ["stablelm2"] = new(Sequence(Split(Qwen2), Bytes)),
    };

    /// <summary>The tokenizer of a file.</summary>
    /// <exception cref="InvalidDataException">A key is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">Its kind of words is not known.</exception>
    public static TextTokenizer Open(GgufVocabulary vocabulary, string origin)
    {
        using var json = Json(vocabulary, origin);
        return json.Open(origin);
    }

    /// <summary>The tokenizer as the text of a tokenizer.json that is not ended yet.</summary>
    /// <exception cref="InvalidDataException">A key is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">Its kind of words is not known.</exception>
    public static TokenizerJsonText Json(GgufVocabulary vocabulary, string origin)
    {
        if (!Kinds.TryGetValue(vocabulary.Words ?? "default", out var kind))
        {
            throw new NotSupportedException(
                $"{origin}: 'tokenizer.ggml.pre' is '{vocabulary.Words}'. Known: {string.Join(", ", Kinds.Keys)}.");
        }

        if (vocabulary.Merges is not { } merges)
            throw Checkpoints.CheckpointErrors.Unusable(origin, "there is no 'tokenizer.ggml.merges'; a vocabulary of model 'gpt2' needs it.");
        var json = new TokenizerJsonText();
        json.AddedTokens(GgufTokenizers.AddedTokens(vocabulary));
        if (kind.Composes)
            json.Part("normalizer", """{"type":"NFC"}""");
        json.Part("pre_tokenizer", vocabulary.AddSpacePrefix ?? false ? kind.Words.Replace("\"add_prefix_space\":false", "\"add_prefix_space\":true", StringComparison.Ordinal) : kind.Words);
        json.Part("decoder", Bytes);
        var layout = TextLayout.Each(
            vocabulary.AddBegin ?? kind.Begins ? [GgufTokenizers.Required(vocabulary.Begin, "bos_token_id", origin)] : [],
            vocabulary.AddEnd ?? false ? [GgufTokenizers.Required(vocabulary.End, "eos_token_id", origin)] : []);
        json.Template(layout, id => vocabulary.Tokens[id]);
        json.Bpe(vocabulary.Tokens, merges, kind.Whole);
        return json;
    }

    private static string Sequence(string first, string second) => $$"""{"type":"Sequence","pretokenizers":[{{first}},{{second}}]}""";

    private static string Split(string expression) =>
        "{\"type\":\"Split\",\"pattern\":{\"Regex\":\"" + expression + "\"},\"behavior\":\"Isolated\",\"invert\":false}";

    private sealed record Kind(string Words, bool Whole = false, bool Begins = false, bool Composes = false);
}
