namespace ML.Extensions.Tokenization;

/// <summary>Cuts pieces of a text into tokens of a vocabulary. Safe for use by several threads.</summary>
internal abstract class TokenModel
{
    /// <summary>Kind, as the format names it: "BPE".</summary>
    public abstract string Kind { get; }

    /// <summary>Highest id + 1.</summary>
    public abstract int VocabularySize { get; }

    /// <summary>Appends the tokens of a piece that is not empty.</summary>
    public abstract void Cut(AlignedText piece, TokenBuffer output);

    /// <summary>Id of a token; -1 if it is none.</summary>
    public abstract int Find(string token);

    /// <summary>Text of a token; null if the id is none.</summary>
    public abstract string? Token(int id);
}
