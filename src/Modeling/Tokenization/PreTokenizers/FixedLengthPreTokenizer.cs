namespace ML.Extensions.Tokenization;

/// <summary>FixedLength: pieces of so many characters; the last one may be shorter.</summary>
internal sealed class FixedLengthPreTokenizer(int length) : PreTokenizer
{
    /// <inheritdoc/>
    public override void Apply(PieceText text) => text.Cut(Cut);

    private void Cut(PieceText text, (int Start, int End) piece, List<(int Start, int End)> pieces)
    {
        var (first, count) = (piece.Start, 0);
        for (var at = piece.Start; at < piece.End;)
        {
            at += WordPieceNormalizer.RuneAt(text.Text.Chars[..piece.End], at).Used;
            if (++count < length && at < piece.End)
                continue;
            pieces.Add((first, at));
            (first, count) = (at, 0);
        }
    }
}
