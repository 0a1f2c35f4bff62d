using ML.Extensions.Checkpoints;

namespace ML.Extensions.Tokenization;

/// <summary>Opens the vocabulary inside a GGUF file. Conventions: docs/gguf.md and src/llama-vocab.cpp of github.com/ggml-org/llama.cpp.</summary>
internal static class GgufTokenizers
{
    /// <summary>Values of tokenizer.ggml.model, and who opens them.</summary>
    private static readonly Dictionary<string, Func<GgufVocabulary, string, TextTokenizer>> Models = new(StringComparer.Ordinal)
    {
        ["gpt2"] = GgufByteLevel.Open,
        ["llama"] = SentencePieces,
        ["t5"] = SentencePieces,
        ["bert"] = WordPiece,
    };

    /// <summary>The tokenizer of a file.</summary>
    /// <param name="vocabulary">Its keys.</param>
    /// <param name="origin">File, for messages.</param>
    /// <exception cref="InvalidDataException">A key is missing or wrong.</exception>
    /// <exception cref="NotSupportedException">The model or its kind of words is not known.</exception>
    public static TextTokenizer Open(GgufVocabulary vocabulary, string origin)
    {
        var count = vocabulary.Tokens.Count;
        Length("token_type", vocabulary.Types?.Count);
        Length("scores", vocabulary.Scores?.Count);
        foreach (var (key, id) in Ids(vocabulary))
            if (id is < 0 || id >= count)
                throw CheckpointErrors.Unusable(origin, $"'tokenizer.ggml.{key}' is {id}; the file has {count} tokens.");
        if (vocabulary.Types?.FirstOrDefault(t => t is < 1 or > 6) is { } type and not 0)
            throw CheckpointErrors.Unusable(origin, $"'tokenizer.ggml.token_type' holds {type}; known are 1 to 6.");
        return Models.TryGetValue(vocabulary.Model, out var open) ? open(vocabulary, origin) : throw new NotSupportedException(
            $"{origin}: 'tokenizer.ggml.model' is '{vocabulary.Model}'. Known: {string.Join(", ", Models.Keys)}.");

        void Length(string key, int? found)
        {
            if (found is not null && found != count)
                throw CheckpointErrors.Unusable(origin, $"'tokenizer.ggml.{key}' has {found} values; the file has {count} tokens.");
        }
    }

    /// <summary>The id that a key must name.</summary>
    public static int Required(int? id, string key, string origin) =>
        id ?? throw CheckpointErrors.Unusable(origin, $"there is no 'tokenizer.ggml.{key}'.");

    /// <summary>Type of a token.</summary>
    public static SentencePieceType Type(GgufVocabulary vocabulary, int id) =>
        vocabulary.Types is { } types ? (SentencePieceType)types[id] : SentencePieceType.Normal;

    /// <summary>Tokens matched in the raw text: control and user-defined ones, and the unknown one.</summary>
    public static IEnumerable<AddedToken> AddedTokens(GgufVocabulary vocabulary) =>
        Enumerable.Range(0, vocabulary.Tokens.Count)
            .Where(id => Type(vocabulary, id) is SentencePieceType.Control or SentencePieceType.UserDefined or SentencePieceType.Unknown)
            .Where(id => vocabulary.Tokens[id].Length > 0).Select(id => new AddedToken(vocabulary.Tokens[id], id, Special: Type(vocabulary, id) != SentencePieceType.UserDefined));

    private static (string Key, int? Id)[] Ids(GgufVocabulary v) =>
    [
        ("bos_token_id", v.Begin), ("eos_token_id", v.End), ("unknown_token_id", v.Unknown),
        ("cls_token_id", v.Class), ("seperator_token_id", v.Separator),
    ];

    /// <summary>The pieces of a SentencePiece vocabulary.</summary>
    public static SentencePieceModel SentencePieceModelOf(GgufVocabulary vocabulary, string origin)
    {
        if (vocabulary.Types is null || vocabulary.Scores is not { } scores)
            throw CheckpointErrors.Unusable(origin, $"a vocabulary of model '{vocabulary.Model}' needs 'tokenizer.ggml.scores' and 'tokenizer.ggml.token_type'.");
        var bpe = vocabulary.Model == "llama";
        var model = new SentencePieceModel
        {
            Kind = bpe ? SentencePieceModelKind.Bpe : SentencePieceModelKind.Unigram,
            Pieces = [.. vocabulary.Tokens.Select((t, id) => new SentencePiece(t, scores[id], Type(vocabulary, id)))],
            ByteFallback = vocabulary.Types.Contains((int)SentencePieceType.Byte),
            AddDummyPrefix = vocabulary.AddSpacePrefix ?? true,
            RemoveExtraWhitespaces = vocabulary.RemoveExtraWhitespaces ?? !bpe,
            Characters = vocabulary.Characters is { Length: > 0 } characters ? new(characters, origin) : null,
        };
        SentencePieceFile.Check(model, origin); // tokens that are empty or there twice are filling in some files: the last one stands
        return model;
    }

    private static SentencePieceTokenizer SentencePieces(GgufVocabulary vocabulary, string origin)
    {
        var model = SentencePieceModelOf(vocabulary, origin);
        var bpe = model.Kind == SentencePieceModelKind.Bpe;
        return new(model, new()
        {
            AddedTokens = [.. AddedTokens(vocabulary)],
            Prefix = vocabulary.AddBegin ?? bpe ? [Required(vocabulary.Begin, "bos_token_id", origin)] : [],
            Suffix = vocabulary.AddEnd ?? !bpe ? [Required(vocabulary.End, "eos_token_id", origin)] : [],
        });
    }

    /// <summary>BERT's pieces by id, those inside words marked with ##.</summary>
    public static IEnumerable<string> WordPieces(GgufVocabulary vocabulary) => vocabulary.Tokens.Select((token, id) =>
        Type(vocabulary, id) != SentencePieceType.Normal || (token.StartsWith('[') && token.EndsWith(']')) ? token
        : token.StartsWith(Tokenization.SentencePieces.Blank) ? token[1..] : "##" + token);

    /// <summary>BERT: the file marks the pieces that start a word with U+2581; a BERT vocabulary marks the others with ##.</summary>
    private static WordPieceTokenizer WordPiece(GgufVocabulary vocabulary, string origin)
    {
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (id, piece) in WordPieces(vocabulary).Index())
            pieces[piece] = id;

        string Text(int? id, string otherwise) => id is { } known ? vocabulary.Tokens[known] : otherwise;
        var options = new WordPieceOptions
        {
            ClassToken = Text(vocabulary.Class ?? vocabulary.Begin, "[CLS]"),
            SeparatorToken = Text(vocabulary.Separator ?? vocabulary.End, "[SEP]"),
            UnknownToken = Text(vocabulary.Unknown, "[UNK]"),
            AddedTokens = [.. AddedTokens(vocabulary)],
        };
        return new(pieces, options, origin);
    }
}
