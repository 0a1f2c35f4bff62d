using System.Globalization;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>A text with one unit a character: those beyond U+FFFF become one of the same general category, ideographs an ideograph.</summary>
internal readonly ref struct AstralShadow
{
    private const char Ideograph = '\u3400';
    private static readonly char[] Category = Representatives();
    private readonly int[] _places;

    private AstralShadow(char[] text, int[] places)
    {
        Text = text;
        _places = places;
    }

    /// <summary>The text has no such characters, so that it is its own shadow.</summary>
    public bool IsPlain { get; private init; }

    /// <summary>The shadow.</summary>
    public ReadOnlySpan<char> Text { get; }

    /// <summary>Where a unit of the shadow, or its end, stands in the text.</summary>
    public int Place(int unit) => _places[unit];

    public static AstralShadow Create(ReadOnlySpan<char> text)
    {
        if (!text.ContainsAnyInRange('\uD800', '\uDFFF'))
            return new() { IsPlain = true };
        var (shadow, places, count) = (new char[text.Length], new int[text.Length + 1], 0);
        for (var at = 0; at < text.Length;)
        {
            var (rune, used) = WordPieceNormalizer.RuneAt(text, at);
            places[count] = at;
            shadow[count++] = rune.IsBmp ? (char)rune.Value
                : BertCharacters.IsIdeograph(rune.Value) ? Ideograph : Category[(int)Rune.GetUnicodeCategory(rune)];
            at += used;
        }

        places[count] = text.Length;
        return new(shadow[..count], places);
    }

    private static char[] Representatives()
    {
        var found = new char[30];
        foreach (var c in Enumerable.Range(0xA000, 0x5FFE).Concat(Enumerable.Range(0x80, 0x9F80)))
            if (found[(int)CharUnicodeInfo.GetUnicodeCategory((char)c)] == '\0')
                found[(int)CharUnicodeInfo.GetUnicodeCategory((char)c)] = (char)c;
        return found;
    }
}
