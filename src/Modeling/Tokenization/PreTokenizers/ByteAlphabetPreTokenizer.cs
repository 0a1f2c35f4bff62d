namespace ML.Extensions.Tokenization;

/// <summary>The last step of ByteLevel: each byte becomes its printable stand-in. A model of bytes does without it.</summary>
internal sealed class ByteAlphabetPreTokenizer : PreTokenizer
{
    /// <inheritdoc/>
    public override void Apply(PieceText text) => text.Rewrite(ByteAlphabet.Append);
}
