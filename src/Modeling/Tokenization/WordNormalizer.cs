using System.Globalization;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Normalised characters of one word, each with its range in the original text.</summary>
internal sealed class WordNormalizer(WordPieceOptions options)
{
    private readonly bool _strip = options.StripAccents ?? options.Lowercase;
    private char[] _chars = new char[64];
    private int[] _starts = new int[64];
    private int[] _ends = new int[64];

    /// <summary>UTF-16 units so far.</summary>
    public int Length { get; private set; }

    public ReadOnlySpan<char> Chars => _chars.AsSpan(0, Length);

    public int Start(int index) => _starts[index];

    public int End(int index) => _ends[index];

    public void Clear() => Length = 0;

    /// <summary>Appends one ASCII character.</summary>
    public void AppendAscii(char c, int at)
    {
        if (options.Lowercase && c is >= 'A' and <= 'Z')
            c = (char)(c | 0x20);
        Push(c, at, at + 1);
    }

    /// <summary>Appends what a rune becomes: lower-cased, without accents.</summary>
    public void Append(Rune rune, int at)
    {
        var end = at + rune.Utf16SequenceLength;
        if (!_strip)
        {
            PushLower(rune, at, end);
            return;
        }

        foreach (var part in Decompose(rune).EnumerateRunes())
        {
            if (Rune.GetUnicodeCategory(part) != UnicodeCategory.NonSpacingMark)
                PushLower(part, at, end);
        }
    }

    private static string Decompose(Rune rune)
    {
        try
        {
            return rune.ToString().Normalize(NormalizationForm.FormD);
        }
        catch (ArgumentException)
        {
            return rune.ToString(); // noncharacters do not normalise
        }
    }

    private void PushLower(Rune rune, int start, int end)
    {
        if (options.Lowercase)
        {
            if (rune.Value == 0x130)
            {
                Push('i', start, end);
                Push('\u0307', start, end);
                return;
            }

            rune = Rune.ToLowerInvariant(rune);
        }

        Span<char> units = stackalloc char[2];
        var n = rune.EncodeToUtf16(units);
        for (var i = 0; i < n; i++)
            Push(units[i], start, end);
    }

    private void Push(char c, int start, int end)
    {
        if (Length == _chars.Length)
        {
            Array.Resize(ref _chars, Length * 2);
            Array.Resize(ref _starts, Length * 2);
            Array.Resize(ref _ends, Length * 2);
        }

        _chars[Length] = c;
        _starts[Length] = start;
        _ends[Length++] = end;
    }
}
