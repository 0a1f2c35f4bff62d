namespace ML.Extensions.Tokenization;

/// <summary>A part of a row: one of the texts, or special ids.</summary>
/// <param name="Text">0 the first text, 1 the second, -1 special ids.</param>
/// <param name="Ids">Special ids; empty for a text.</param>
/// <param name="TypeId">Token type of the part.</param>
internal sealed record TemplatePart(int Text, IReadOnlyList<int> Ids, int TypeId)
{
    /// <summary>A text.</summary>
    public static TemplatePart OfText(int text, int typeId) => new(text, [], typeId);

    /// <summary>Special ids.</summary>
    public static TemplatePart Special(IReadOnlyList<int> ids, int typeId) => new(-1, ids, typeId);
}
