using System.Collections.Frozen;
using System.Globalization;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Canonical decompositions (NFD) without their non-spacing marks, alike with and without ICU.</summary>
internal static class Accents
{
    private const int FirstSyllable = 0xAC00, LastSyllable = 0xD7A3;
    private static readonly FrozenDictionary<int, string> Table = UnicodeTables.Instance.CanonicalDecompositions
        .ToFrozenDictionary(d => d.Key, d => string.Concat(d.Value.Select(p => new Rune(p)).Where(r => Rune.GetUnicodeCategory(r) != UnicodeCategory.NonSpacingMark)));

    /// <summary>What a character becomes, null if it stays as it is or goes as a mark of its own.</summary>
    public static string? Find(int character) =>
        character is >= FirstSyllable and <= LastSyllable ? Hangul(character - FirstSyllable) : Table.GetValueOrDefault(character);

    private static string Hangul(int syllable) // Unicode, section 3.12: 21 vowels, 28 ends of syllables
    {
        var (lead, vowel, tail) = (syllable / (21 * 28), syllable / 28 % 21, syllable % 28);
        string open = new([(char)(0x1100 + lead), (char)(0x1161 + vowel)]);
        return tail == 0 ? open : open + (char)(0x11A7 + tail);
    }
}
