namespace ML.Extensions.Tokenization;

/// <summary>The keys tokenizer.ggml.* of a GGUF file, as they were read.</summary>
internal sealed record GgufVocabulary
{
    /// <summary>tokenizer.ggml.model: gpt2, llama, bert or t5.</summary>
    public required string Model { get; init; }

    /// <summary>tokenizer.ggml.tokens; the place is the id.</summary>
    public required IReadOnlyList<string> Tokens { get; init; }

    /// <summary>tokenizer.ggml.token_type, numbers of <see cref="SentencePieceType"/>; null if the file has none.</summary>
    public IReadOnlyList<int>? Types { get; init; }

    /// <summary>tokenizer.ggml.scores; null if the file has none.</summary>
    public IReadOnlyList<float>? Scores { get; init; }

    /// <summary>tokenizer.ggml.merges, two pieces with a blank between; null if the file has none.</summary>
    public IReadOnlyList<string>? Merges { get; init; }

    /// <summary>tokenizer.ggml.pre: which words byte-level BPE merges inside; null if the file does not say.</summary>
    public string? Words { get; init; }

    /// <summary>tokenizer.ggml.bos_token_id.</summary>
    public int? Begin { get; init; }

    /// <summary>tokenizer.ggml.eos_token_id.</summary>
    public int? End { get; init; }

    /// <summary>tokenizer.ggml.unknown_token_id.</summary>
    public int? Unknown { get; init; }

    /// <summary>tokenizer.ggml.cls_token_id; BERT's files have the begin instead.</summary>
    public int? Class { get; init; }

    /// <summary>tokenizer.ggml.seperator_token_id (so spelt there).</summary>
    public int? Separator { get; init; }

    /// <summary>tokenizer.ggml.add_bos_token.</summary>
    public bool? AddBegin { get; init; }

    /// <summary>tokenizer.ggml.add_eos_token.</summary>
    public bool? AddEnd { get; init; }

    /// <summary>tokenizer.ggml.add_space_prefix.</summary>
    public bool? AddSpacePrefix { get; init; }

    /// <summary>tokenizer.ggml.remove_extra_whitespaces.</summary>
    public bool? RemoveExtraWhitespaces { get; init; }

    /// <summary>tokenizer.ggml.precompiled_charsmap; null if the file has none.</summary>
    public byte[]? Characters { get; init; }
}
