using System.Globalization;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>The classes of characters that BERT's normalizer and pre-tokenizer know.</summary>
internal static class BertCharacters
{
    /// <summary>Control, format and private use characters, U+0000 and U+FFFD: what cleaning drops. Unassigned ones stay, as in the reference library.</summary>
    public static bool IsDropped(Rune rune) => rune.Value == 0xFFFD || Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse;

    /// <summary>ASCII symbols and Unicode's punctuation: each is a word.</summary>
    public static bool IsPunctuation(Rune rune) => rune.IsAscii
        ? rune.Value is > ' ' and < 0x7F && !char.IsAsciiLetterOrDigit((char)rune.Value)
        : Rune.GetUnicodeCategory(rune) is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    /// <summary>The blocks of ideographs that BERT takes one by one.</summary>
    public static bool IsIdeograph(int c) => c >= 0x3400 && c is <= 0x4DBF or (>= 0x4E00 and <= 0x9FFF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F)
        or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);

    /// <summary>Regular expressions' \w.</summary>
    public static bool IsWord(Rune rune) => Rune.GetUnicodeCategory(rune) is <= UnicodeCategory.LetterNumber
        or UnicodeCategory.ConnectorPunctuation || rune.Value is 0x200C or 0x200D or (>= 0x24B6 and <= 0x24E9)
        or (>= 0x1F130 and <= 0x1F149) or (>= 0x1F150 and <= 0x1F169) or (>= 0x1F170 and <= 0x1F189);

    /// <summary>A character's canonical decomposition (NFD) without its non-spacing marks: one rune, several or none. <paramref name="units"/> has room for two.</summary>
    public static ReadOnlySpan<char> StripAccents(Rune rune, Span<char> units)
    {
        if (Accents.Find(rune.Value) is { } known)
            return known;
        return Rune.GetUnicodeCategory(rune) == UnicodeCategory.NonSpacingMark ? [] : units[..rune.EncodeToUtf16(units)];
    }
}
