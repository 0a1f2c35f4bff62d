using System.Globalization;

namespace ML.Extensions.Tokenization;

/// <summary>
/// Precompiled, as the tokenizers library has it: a grapheme of less than six UTF-8 bytes that some entry starts becomes
/// that entry's replacement as a whole, even where the entry is shorter; else each of its characters is looked up.
/// SentencePiece itself takes longest prefixes: see <see cref="SentencePieceNormalizer"/>.
/// </summary>
internal sealed class PrecompiledNormalizer : TextNormalizer
{
    private const int GraphemeBytes = 6;
    private readonly CharacterMap _map;
    private readonly bool[] _ascii = new bool[128]; // ASCII characters that the map changes

    public PrecompiledNormalizer(CharacterMap map)
    {
        _map = map;
        for (var c = 0; c < 128; c++)
            _ascii[c] = map.Shortest([(char)c]) is not null || c == '\r'; // CR LF is one grapheme
    }

    /// <inheritdoc/>
    public override bool Keeps(ReadOnlySpan<char> text)
    {
        foreach (var c in text)
            if (c >= 0x80 || _ascii[c])
                return false;
        return true;
    }

    /// <inheritdoc/>
    public override void Append(AlignedText text, WordBuffer output)
    {
        var writer = new AlignedWriter(text, output);
        var chars = text.Chars;
        for (var at = 0; at < chars.Length;)
        {
            var run = PlainRun(chars[at..]);
            writer.KeepRun(run);
            at += run;
            if (at == chars.Length)
                break;
            var units = StringInfo.GetNextTextElementLength(chars[at..]);
            Grapheme(chars.Slice(at, units), ref writer);
            at += units;
        }
    }

    /// <summary>ASCII characters that stay, up to the last one with ASCII behind it: a mark may join the one before.</summary>
    private int PlainRun(ReadOnlySpan<char> text)
    {
        var run = 0;
        while (run < text.Length && text[run] is var c && c < 0x80 && !_ascii[c])
            run++;
        return run - (run > 0 && run < text.Length && text[run] >= 0x80 ? 1 : 0);
    }

    private void Grapheme(ReadOnlySpan<char> grapheme, ref AlignedWriter writer)
    {
        if (grapheme.Length < GraphemeBytes && Utf8.Count(grapheme) < GraphemeBytes && _map.Shortest(grapheme) is { } whole)
        {
            writer.Replace(grapheme, whole);
            return;
        }

        for (var at = 0; at < grapheme.Length;)
        {
            Utf8.At(grapheme, at, out _, out var units);
            var character = grapheme.Slice(at, units);
            if (_map.Shortest(character) is { } replacement)
                writer.Replace(character, replacement);
            else
                writer.Keep(units);
            at += units;
        }
    }
}
