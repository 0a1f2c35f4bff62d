namespace ML.Extensions.Tokenization;

/// <summary>Changes a text before it is cut; each unit keeps its range in the original. Safe for use by several threads.</summary>
internal abstract class TextNormalizer
{
    /// <summary>Appends what a text becomes.</summary>
    public abstract void Append(AlignedText text, WordBuffer output);

    /// <summary>Whether a text certainly stays as it is, told fast; false where that is not known.</summary>
    public virtual bool Keeps(ReadOnlySpan<char> text) => false;

    /// <summary>What a text becomes.</summary>
    public string Normalize(string text)
    {
        var buffer = new WordBuffer();
        Append(new(text, 0), buffer);
        return buffer.Chars.ToString();
    }
}
