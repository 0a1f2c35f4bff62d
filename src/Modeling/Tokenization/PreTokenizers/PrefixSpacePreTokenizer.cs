namespace ML.Extensions.Tokenization;

/// <summary>ByteLevel's add_prefix_space: a blank before each piece that has none; it shares the range of the character behind it.</summary>
internal sealed class PrefixSpacePreTokenizer : PreTokenizer
{
    private static readonly AffixNormalizer Blank = new(" ", before: true);

    /// <inheritdoc/>
    public override void Apply(PieceText text) => text.Rewrite(Write);

    private static void Write(AlignedText piece, WordBuffer output)
    {
        if (piece.Chars[0] == ' ')
            output.Append(piece);
        else
            Blank.Append(piece, output);
    }
}
