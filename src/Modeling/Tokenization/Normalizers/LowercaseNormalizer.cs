using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Lower-cases each character by itself, whatever the culture.</summary>
internal sealed class LowercaseNormalizer : TextNormalizer
{
    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (c >= 0x80 || char.IsAsciiLetterUpper(c))
                return false;
        return true;
    }

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        var writer = new ChangeWriter(text, output);
        while (writer.More)
        {
            var rune = writer.Next;
            if (rune.Value == 0x130) // the one character whose lower case is two
            {
                writer.Put(new('i'), 0);
                writer.Put(new(0x307), 1);
            }
            else
            {
                writer.Put(Rune.ToLowerInvariant(rune), 0);
            }
        }
    }
}
