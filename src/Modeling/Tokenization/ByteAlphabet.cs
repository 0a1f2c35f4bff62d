using System.Collections.Frozen;

namespace ML.Extensions.Tokenization;

/// <summary>
/// GPT-2's printable stand-ins for the 256 bytes: printable characters of Latin-1 stand for themselves, the others, in
/// order, for U+0100 and on. Source: the code released with GPT-2.
/// </summary>
internal static class ByteAlphabet
{
    private static readonly char[] Characters = Make();
    private static readonly FrozenDictionary<char, byte> Bytes = Characters.Select((c, b) => (c, b)).ToFrozenDictionary(p => p.c, p => (byte)p.b);

    /// <summary>Stand-in of a byte.</summary>
    public static char Of(int b) => Characters[b];

    /// <summary>The byte that a character stands for.</summary>
    public static bool TryByte(char c, out byte value) => Bytes.TryGetValue(c, out value);

    /// <summary>Appends the stand-ins of a text's bytes, each with its character's range.</summary>
    public static void Append(AlignedText text, WordBuffer output)
    {
        for (var at = 0; at < text.Length;)
        {
            var code = Utf8.At(text.Chars, at, out var bytes, out var units);
            var (start, end) = (text.Start(at), text.End(at + units));
            for (at += units; bytes > 0; bytes--, code >>= 8)
                output.Push(Characters[code & 0xFF], start, end);
        }
    }

    private static char[] Make()
    {
        var (characters, next) = (new char[256], (char)256);
        for (var b = 0; b < 256; b++)
            characters[b] = b is (>= '!' and <= '~') or (>= 0xA1 and <= 0xAC) or >= 0xAE ? (char)b : next++;
        return characters;
    }
}
