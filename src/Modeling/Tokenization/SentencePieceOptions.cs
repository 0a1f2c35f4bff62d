namespace ML.Extensions.Tokenization;

/// <summary>What a model's folder says of its SentencePiece vocabulary.</summary>
internal sealed record SentencePieceOptions
{
    /// <summary>Special ids before a text.</summary>
    public IReadOnlyList<int> Prefix { get; init; } = [];

    /// <summary>Special ids after a text.</summary>
    public IReadOnlyList<int> Suffix { get; init; } = [];

    /// <summary>Tokens matched in the raw text.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Whether the dummy prefix comes after added tokens too, not only at the text's start.</summary>
    public bool PrefixAfterAddedTokens { get; init; } = true;
}
