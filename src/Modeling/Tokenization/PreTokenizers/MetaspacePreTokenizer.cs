namespace ML.Extensions.Tokenization;

/// <summary>Metaspace: blanks become a visible character, which may be put before the text; pieces start with it.</summary>
/// <param name="replacement">Usually U+2581.</param>
/// <param name="scheme">always, never, or first: only where the original text starts.</param>
/// <param name="split">Cuts before each replacement.</param>
internal sealed class MetaspacePreTokenizer(string replacement, string scheme, bool split) : PreTokenizer
{
    /// <summary>What the format knows.</summary>
    public static readonly string[] Schemes = ["always", "first", "never"];

    private readonly LiteralPattern _mark = new(replacement);
    /// <inheritdoc/>
    public override void Apply(PieceText text)
    {
        text.Rewrite(Write);
        if (split)
            text.Split(_mark, SplitBehavior.MergedWithNext);
    }

    private void Write(AlignedText piece, WordBuffer output)
    {
        var starts = piece.Chars[0] == ' ' || piece.Chars.StartsWith(replacement, StringComparison.Ordinal);
        if (!starts && scheme != "never" && (scheme != "first" || piece.Start(0) == 0))
            Push(piece.Start(0), piece.End(WordPieceNormalizer.RuneAt(piece.Chars, 0).Used), output);
        var done = 0;
        for (int blank; (blank = piece.Chars[done..].IndexOf(' ')) >= 0; done += blank + 1)
        {
            output.Append(piece.Slice(done, done + blank));
            Push(piece.Start(done + blank), piece.End(done + blank + 1), output);
        }

        output.Append(piece.Slice(done, piece.Length));
    }

    /// <summary>Writes a replacement, which has the place of one character.</summary>
    private void Push(int start, int end, WordBuffer output)
    {
        foreach (var unit in replacement)
            output.Push(unit, start, end);
    }
}
