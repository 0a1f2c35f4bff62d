namespace ML.Extensions.Tokenization;

/// <summary>A step that cuts a text into pieces, which the model then cuts into tokens. Safe for use by several threads.</summary>
internal abstract class PreTokenizer
{
    /// <summary>Cuts the pieces that a text has so far.</summary>
    public abstract void Apply(PieceText text);
}
