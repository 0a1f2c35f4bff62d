using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>BERT's handle_chinese_chars: a blank on both sides of each ideograph.</summary>
internal sealed class IdeographNormalizer : TextNormalizer
{
    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text) => !text.ContainsAnyInRange('\u3400', '\uffff');

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        var writer = new ChangeWriter(text, output);
        var blank = new Rune(' ');
        while (writer.More)
        {
            var rune = writer.Next;
            if (!BertCharacters.IsIdeograph(rune.Value))
            {
                writer.Put(rune, 0);
                continue;
            }

            writer.Put(blank, 0);
            writer.Put(rune, 1);
            writer.Put(blank, 1);
        }
    }
}
