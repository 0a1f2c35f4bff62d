namespace ML.Extensions.Tokenization;

/// <summary>How a WordPiece vocabulary is applied. Defaults are BERT uncased's.</summary>
internal sealed record WordPieceOptions
{
    public bool Lowercase { get; init; } = true;

    /// <summary>Drop combining marks after NFD; null follows <see cref="Lowercase"/>.</summary>
    public bool? StripAccents { get; init; }

    /// <summary>Drop control characters and U+FFFD.</summary>
    public bool CleanText { get; init; } = true;

    /// <summary>Each CJK ideograph is a word.</summary>
    public bool TokenizeChineseCharacters { get; init; } = true;

    public string UnknownToken { get; init; } = "[UNK]";

    public string ClassToken { get; init; } = "[CLS]";

    public string SeparatorToken { get; init; } = "[SEP]";

    /// <summary>How rows are made; null is class token, text, separator.</summary>
    public TextLayout? Layout { get; init; }

    /// <summary>Turns tokens into text.</summary>
    public TokenDecoder? Decoder { get; init; }

    public string PaddingToken { get; init; } = "[PAD]";

    public string MaskToken { get; init; } = "[MASK]";

    public string ContinuingPrefix { get; init; } = "##";

    /// <summary>Longer words are unknown.</summary>
    public int MaxCharactersPerWord { get; init; } = 100;

    /// <summary>Tokens matched inside the raw text.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];
}
