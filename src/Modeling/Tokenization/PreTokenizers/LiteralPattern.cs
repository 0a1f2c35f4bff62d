namespace ML.Extensions.Tokenization;

/// <summary>Matches a text.</summary>
internal sealed class LiteralPattern(string literal) : TextPattern
{
    /// <inheritdoc/>
    public override bool IsAbsent(ReadOnlySpan<char> text) => literal.Length > 0 && !text.Contains(literal, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches)
    {
        if (literal.Length == 0)
            return;
        for (var at = 0; text[at..].IndexOf(literal, StringComparison.Ordinal) is >= 0 and var skipped;)
        {
            matches.Add((at + skipped, at + skipped + literal.Length));
            at += skipped + literal.Length;
        }
    }
}
