using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Matches runs of word characters, and runs of what is neither word nor white space: \w+|[^\w\s]+.</summary>
internal sealed class WordPattern : TextPattern
{
    /// <inheritdoc/>
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        var (start, before) = (0, Kind.Blank);
        for (var at = 0; at < text.Length;)
        {
            var (rune, used) = WordPieceNormalizer.RuneAt(text, at);
            var kind = BertCharacters.IsWord(rune) ? Kind.Word : Rune.IsWhiteSpace(rune) ? Kind.Blank : Kind.Other;
            if (kind != before)
            {
                if (before != Kind.Blank)
                    matches.Add((start, at));
                (start, before) = (at, kind);
            }

            at += used;
        }

        if (before != Kind.Blank)
            matches.Add((start, text.Length));
    }

    private enum Kind
    {
        Blank,
        Word,
        Other,
    }
}
