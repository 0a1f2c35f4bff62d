using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Changes or drops characters one by one.</summary>
/// <param name="change">What a character becomes; null drops it.</param>
/// <param name="keepsAscii">Letters, digits, symbols and the blank of ASCII stay as they are.</param>
internal sealed class FilterNormalizer(Func<Rune, Rune?> change, bool keepsAscii) : TextNormalizer
{
    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text) => keepsAscii && !text.ContainsAnyExceptInRange(' ', '~');

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        var writer = new ChangeWriter(text, output);
        while (writer.More)
        {
            if (change(writer.Next) is { } kept)
                writer.Put(kept, 0);
            else
                writer.Skip(1);
        }
    }
}
