namespace ML.Extensions.Tokenization;

/// <summary>ByteLevel as a normalizer: each byte becomes its printable stand-in.</summary>
internal sealed class ByteLevelNormalizer : TextNormalizer
{
    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text) => !text.ContainsAnyExceptInRange('!', '~');

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output) => ByteAlphabet.Append(text, output);
}
