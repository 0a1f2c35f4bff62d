namespace ML.Extensions.Tokenization;

/// <summary>What a text is split at or replaced by. Safe for use by several threads.</summary>
internal abstract class TextPattern
{
    /// <summary>Appends the matches, from left to right and without overlaps.</summary>
    public abstract void Find(ReadOnlySpan<char> text, List<(int Start, int End)> matches);

    /// <summary>Whether the matches of every text lie end to end and cover it.</summary>
    public virtual bool CoversAll => false;

    /// <summary>Whether a text certainly has no match, told fast; false where that is not known.</summary>
    public virtual bool IsAbsent(ReadOnlySpan<char> text) => false;
}
