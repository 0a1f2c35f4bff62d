using System.Runtime.CompilerServices;

namespace ML.Extensions.Tokenization;

/// <summary>UTF-16 units as the UTF-8 bytes that tries and byte pieces are made of; half a surrogate pair is U+FFFD.</summary>
internal static class Utf8
{
    /// <summary>Bytes of the character at a place, the first in the lowest eight bits, their number (1 to 4), and its UTF-16 units.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static uint At(ReadOnlySpan<char> text, int at, out int bytes, out int units)
    {
        uint c = text[at];
        units = 1;
        if (c < 0x80)
        {
            bytes = 1;
            return c;
        }

        return Long(text, at, c, out bytes, out units);
    }

    /// <summary>UTF-8 bytes of a text.</summary>
    public static int Count(ReadOnlySpan<char> text)
    {
        var count = 0;
        for (var at = 0; at < text.Length;)
        {
            At(text, at, out var bytes, out var units);
            count += bytes;
            at += units;
        }

        return count;
    }

    private static uint Long(ReadOnlySpan<char> text, int at, uint c, out int bytes, out int units)
    {
        units = 1;
        if (c < 0x800)
        {
            bytes = 2;
            return 0xC0 | (c >> 6) | ((0x80 | (c & 0x3F)) << 8);
        }

        if (c - 0xD800 < 0x800)
        {
            if (c < 0xDC00 && at + 1 < text.Length && char.IsLowSurrogate(text[at + 1]))
            {
                c = 0x10000 + ((c - 0xD800) << 10) + (text[at + 1] - 0xDC00u);
                (bytes, units) = (4, 2);
                return 0xF0 | (c >> 18) | ((0x80 | ((c >> 12) & 0x3F)) << 8) | ((0x80 | ((c >> 6) & 0x3F)) << 16) | ((0x80 | (c & 0x3F)) << 24);
            }

            c = 0xFFFD;
        }

        bytes = 3;
        return 0xE0 | (c >> 12) | ((0x80 | ((c >> 6) & 0x3F)) << 8) | ((0x80 | (c & 0x3F)) << 16);
    }
}
