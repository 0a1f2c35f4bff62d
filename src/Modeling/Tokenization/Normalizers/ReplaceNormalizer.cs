namespace ML.Extensions.Tokenization;

/// <summary>Replaces what a pattern matches; the new characters have the range of the match's last character.</summary>
internal sealed class ReplaceNormalizer(TextPattern pattern, string content) : TextNormalizer
{
    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text) => pattern.IsAbsent(text);

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        var matches = new List<(int Start, int End)>();
        pattern.Find(text.Chars, matches);
        var done = 0;
        foreach (var (start, end) in matches)
        {
            output.Append(text.Slice(done, start));
            var (first, last) = text.Length == 0 ? (0, 0) : end == 0 ? (text.Start(0), text.Start(0))
                : (text.Start(end - (end > 1 && char.IsSurrogatePair(text.Chars[end - 2], text.Chars[end - 1]) ? 2 : 1)), text.End(end));
            foreach (var unit in content)
                output.Push(unit, first, last);
            done = end;
        }

        output.Append(text.Slice(done, text.Length));
    }
}
