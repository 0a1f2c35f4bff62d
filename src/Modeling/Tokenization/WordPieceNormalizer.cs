using System.Buffers;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>BERT's normalizer: cleans, sets ideographs apart, strips accents, lowers; each unit keeps its origin.</summary>
internal sealed class WordPieceNormalizer
{
    private readonly WordPieceOptions _options;

    public WordPieceNormalizer(WordPieceOptions options)
    {
        _options = options;
        StripsAccents = options.StripAccents ?? options.Lowercase;
    }

    /// <summary>Whether combining marks go.</summary>
    public bool StripsAccents { get; }

    /// <summary>The character at a place, U+FFFD for half a surrogate pair, and its UTF-16 units.</summary>
    public static (Rune Rune, int Used) RuneAt(ReadOnlySpan<char> text, int at) =>
        Rune.DecodeFromUtf16(text[at..], out var rune, out var used) == OperationStatus.Done ? (rune, used) : (Rune.ReplacementChar, Math.Max(1, used));

    /// <summary>Whether a character is an ideograph that stands alone.</summary>
    public bool StandsAlone(Rune rune) => _options.TokenizeChineseCharacters && BertCharacters.IsIdeograph(rune.Value);

    /// <summary>Whether cleaning drops a character; some are white space too.</summary>
    public bool Drops(Rune rune) => _options.CleanText && rune.Value is not ('\t' or '\n' or '\r') && BertCharacters.IsDropped(rune);

    /// <summary>What a text becomes.</summary>
    public string Normalize(string text)
    {
        var buffer = new WordBuffer();
        Append(text, 0, text.Length, buffer);
        return buffer.Chars.ToString();
    }

    /// <summary>Appends what a part of a text becomes, blanks included.</summary>
    public void Append(ReadOnlySpan<char> text, int from, int to, WordBuffer output)
    {
        Span<char> units = stackalloc char[2];
        for (var at = from; at < to;)
        {
            var (rune, used) = RuneAt(text[..to], at);
            var alone = StandsAlone(rune);
            if (Drops(rune))
            {
                at += used;
                continue;
            }

            if (alone)
                output.Push(' ', at, at + used);
            if (_options.CleanText && Rune.IsWhiteSpace(rune))
                output.Push(' ', at, at + used);
            else if (StripsAccents && !rune.IsAscii)
                foreach (var part in BertCharacters.StripAccents(rune, units).EnumerateRunes())
                    PushLower(part, at, at + used, output);
            else
                PushLower(rune, at, at + used, output);
            if (alone)
                output.Push(' ', at, at + used);
            at += used;
        }
    }

    /// <summary>Appends one character, lower-cased if asked.</summary>
    public void PushLower(Rune rune, int start, int end, WordBuffer output)
    {
        if (_options.Lowercase)
        {
            if (rune.Value == 0x130) // the one character whose lower case is two
            {
                output.Push('i', start, end);
                output.Push('\u0307', start, end);
                return;
            }

            rune = Rune.ToLowerInvariant(rune);
        }

        Span<char> units = stackalloc char[2];
        foreach (var unit in units[..rune.EncodeToUtf16(units)])
            output.Push(unit, start, end);
    }
}
