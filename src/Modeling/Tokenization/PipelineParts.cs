namespace ML.Extensions.Tokenization;

/// <summary>What a <see cref="PipelineTokenizer"/> is made of, in the order of a text's way.</summary>
internal sealed record PipelineParts
{
    /// <summary>Tokens matched before the text is cut.</summary>
    public IReadOnlyList<AddedToken> AddedTokens { get; init; } = [];

    /// <summary>Changes texts; null keeps them.</summary>
    public TextNormalizer? Normalizer { get; init; }

    /// <summary>Cut texts into pieces, one after the other; none: the text is one piece.</summary>
    public IReadOnlyList<PreTokenizer> PreTokenizers { get; init; } = [];

    /// <summary>Cuts pieces into tokens.</summary>
    public required TokenModel Model { get; init; }

    /// <summary>What surrounds texts and pairs, and how rows are cut and filled.</summary>
    public TextLayout Layout { get; init; } = new();

    /// <summary>Turns tokens into text; null: they are joined by blanks.</summary>
    public TokenDecoder? Decoder { get; init; }
}
