namespace ML.Extensions.Tokenization;

/// <summary>Splits pieces where a pattern matches.</summary>
internal sealed class SplitPreTokenizer(TextPattern pattern, SplitBehavior behavior, bool invert = false) : PreTokenizer
{
    /// <inheritdoc/>
    public override void Apply(PieceText text) => text.Split(pattern, behavior, invert);
}
