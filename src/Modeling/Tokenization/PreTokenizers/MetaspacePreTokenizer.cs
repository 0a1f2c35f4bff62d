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
    private readonly ReplaceNormalizer _blanks = new(new LiteralPattern(" "), replacement);
    private readonly AffixNormalizer _prefix = new(replacement, before: true);

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
        if (starts || scheme == "never" || (scheme == "first" && piece.Start(0) != 0))
        {
            _blanks.Append(piece, output);
            return;
        }

        var marked = new WordBuffer();
        _prefix.Append(piece, marked);
        _blanks.Append(marked.Text, output);
    }
}
