namespace ML.Extensions.Tokenization;

/// <summary>Drops white space at the ends of a text.</summary>
internal sealed class StripNormalizer(bool left, bool right) : TextNormalizer
{
    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text) => text.IsEmpty
        || !((left && char.IsWhiteSpace(text[0])) || (right && char.IsWhiteSpace(text[^1])));

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        var (from, to) = (0, text.Length);
        while (left && from < to && char.IsWhiteSpace(text.Chars[from]))
            from++;
        while (right && from < to && char.IsWhiteSpace(text.Chars[to - 1]))
            to--;
        output.Append(text.Slice(from, to));
    }
}
