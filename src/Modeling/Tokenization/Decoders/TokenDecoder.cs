namespace ML.Extensions.Tokenization;

/// <summary>Turns tokens into the text that they stand for, in steps; the last step's tokens are joined. Safe for use by several threads.</summary>
internal abstract class TokenDecoder
{
    /// <summary>What the tokens become.</summary>
    public abstract IReadOnlyList<string> Decode(IReadOnlyList<string> tokens);
}
