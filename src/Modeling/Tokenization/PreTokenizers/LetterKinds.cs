using System.Runtime.CompilerServices;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Kinds of characters by table.</summary>
internal static class LetterKinds
{
    private static readonly LetterKind[] Bmp = [.. Enumerable.Range(0, 0x10000).Select(c => char.IsSurrogate((char)c) ? LetterKind.Other : Kind(new(c)))];

    /// <summary>Kind of the character at a place, and its UTF-16 units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static LetterKind At(ReadOnlySpan<char> text, int at, out int units)
    {
        var c = text[at];
        units = 1;
        return char.IsHighSurrogate(c) ? Pair(text, at, out units) : Bmp[c];
    }

    private static LetterKind Pair(ReadOnlySpan<char> text, int at, out int units)
    {
        (var rune, units) = WordPieceNormalizer.RuneAt(text, at);
        return Kind(rune);
    }

    private static LetterKind Kind(Rune rune) => Rune.IsLetter(rune) ? LetterKind.Letter : Rune.IsNumber(rune) ? LetterKind.Number
        : Rune.IsWhiteSpace(rune) ? LetterKind.Blank : LetterKind.Other;
}
