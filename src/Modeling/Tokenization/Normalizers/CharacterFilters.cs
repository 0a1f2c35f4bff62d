using System.Globalization;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>The format's normalizers that look at one character at a time.</summary>
internal static class CharacterFilters
{
    private static readonly Rune Blank = new(' ');

    /// <summary>Drops combining marks of every kind.</summary>
    public static FilterNormalizer StripAccents { get; } = new(
        r => Rune.GetUnicodeCategory(r) is UnicodeCategory.NonSpacingMark or UnicodeCategory.SpacingCombiningMark or UnicodeCategory.EnclosingMark ? null : r,
        keepsAscii: true);

    /// <summary>Drops the marks that BERT drops after NFD.</summary>
    public static FilterNormalizer DropNonSpacingMarks { get; } = new(
        r => Rune.GetUnicodeCategory(r) == UnicodeCategory.NonSpacingMark ? null : r, keepsAscii: true);

    /// <summary>BERT's clean_text.</summary>
    public static FilterNormalizer Clean { get; } = new(
        r => r.Value is not ('\t' or '\n' or '\r') && BertCharacters.IsDropped(r) ? null : Rune.IsWhiteSpace(r) ? Blank : r, keepsAscii: true);

    /// <summary>Nmt: drops controls, makes odd blanks plain ones.</summary>
    public static FilterNormalizer Nmt { get; } = new(
        r => r.Value switch
        {
            (>= 1 and <= 8) or 0x0B or (>= 0x0E and <= 0x1F) or 0x7F or 0x8F or 0x9F => null,
            0x09 or 0x0A or 0x0C or 0x0D or 0x1680 or (>= 0x200B and <= 0x200F) or 0x2028 or 0x2029 or 0x2581 or 0xFEFF or 0xFFFD => Blank,
            _ => r,
        },
        keepsAscii: true);
}
