namespace ML.Extensions.Tokenization;

/// <summary>Prepend and Append: puts characters before or behind a text that is not empty; they share the range of the character they touch.</summary>
internal sealed class AffixNormalizer(string affix, bool before) : TextNormalizer
{
    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text) => text.IsEmpty || affix.Length == 0;

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        if (text.Length == 0)
            return;
        if (!before)
            output.Append(text);
        var at = before ? 0 : text.Length - (text.Length > 1 && char.IsSurrogatePair(text.Chars[^2], text.Chars[^1]) ? 2 : 1);
        var (start, end) = (text.Start(at), text.End(before ? WordPieceNormalizer.RuneAt(text.Chars, 0).Used : text.Length));
        foreach (var unit in affix)
            output.Push(unit, start, end);
        if (before)
            output.Append(text);
    }
}
