namespace ML.Extensions.Tokenization;

/// <summary>How a row is made of texts: special ids, token types, truncation and padding.</summary>
internal sealed record TextLayout
{
    /// <summary>Parts of a row of one text.</summary>
    public IReadOnlyList<TemplatePart> Single { get; init; } = [TemplatePart.OfText(0, 0)];

    /// <summary>Parts of a row of two texts.</summary>
    public IReadOnlyList<TemplatePart> Pair { get; init; } = [TemplatePart.OfText(0, 0), TemplatePart.OfText(1, 1)];

    /// <summary>Blanks at a token's ends don't count in its offsets.</summary>
    public bool Trims { get; init; }

    /// <summary>A blank was put before the text.</summary>
    public bool TrimsAfterPrefixSpace { get; init; }

    /// <summary>How rows are cut; null: they are not.</summary>
    public Truncation? Truncation { get; init; }

    /// <summary>How rows are filled; null: they are not.</summary>
    public Padding? Padding { get; init; }

    /// <summary>Special ids before a single text.</summary>
    public IReadOnlyList<int> Prefix => [.. Single.TakeWhile(p => p.Text < 0).SelectMany(p => p.Ids)];

    /// <summary>Special ids behind a single text.</summary>
    public IReadOnlyList<int> Suffix => [.. Single.SkipWhile(p => p.Text < 0).SelectMany(p => p.Ids)];

    /// <summary>Two texts one behind the other, each with its own special ids, as decoders have them; the second is of type 1.</summary>
    /// <param name="prefix">Ids before each text.</param>
    /// <param name="suffix">Ids behind each text.</param>
    public static TextLayout Each(IReadOnlyList<int> prefix, IReadOnlyList<int> suffix)
    {
        TemplatePart[] Row(int text) => [TemplatePart.Special(prefix, text), TemplatePart.OfText(text, text), TemplatePart.Special(suffix, text)];
        return new() { Single = Row(0), Pair = [.. Row(0), .. Row(1)] };
    }

    /// <summary>A row as [CLS] A [SEP], and [CLS] A [SEP] B [SEP].</summary>
    /// <param name="prefix">Ids before the first text.</param>
    /// <param name="suffix">Ids behind each text.</param>
    /// <param name="between">Further ids between two texts.</param>
    /// <param name="secondType">Token type of the second text and the ids behind it.</param>
    public static TextLayout Around(IReadOnlyList<int> prefix, IReadOnlyList<int> suffix, IReadOnlyList<int> between, int secondType) => new()
    {
        Single = [TemplatePart.Special(prefix, 0), TemplatePart.OfText(0, 0), TemplatePart.Special(suffix, 0)],
        Pair =
        [
            TemplatePart.Special(prefix, 0), TemplatePart.OfText(0, 0), TemplatePart.Special(suffix, 0),
            TemplatePart.Special(between, secondType), TemplatePart.OfText(1, secondType), TemplatePart.Special(suffix, secondType),
        ],
    };
}
