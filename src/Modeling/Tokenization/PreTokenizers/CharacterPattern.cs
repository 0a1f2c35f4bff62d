using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Matches each character of a class by itself.</summary>
internal sealed class CharacterPattern(Func<Rune, bool> has) : TextPattern
{
    /// <inheritdoc/>
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        for (var at = 0; at < text.Length;)
        {
            var (rune, used) = WordPieceNormalizer.RuneAt(text, at);
            if (has(rune))
                matches.Add((at, at + used));
            at += used;
        }
    }
}
