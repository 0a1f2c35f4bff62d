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
        if (!text.Starts.IsEmpty || text.Length == 0)
        {
            Append(text.Chars, text.Starts, text.Ends, output);
            return;
        }

        var aligned = new WordBuffer();
        aligned.Append(text);
        Append(aligned.Chars, aligned.Starts, aligned.Ends, output);
    }

    /// <summary>Appends what a text becomes. Unit i of the text has the range starts[i] to ends[i] in the original.</summary>
    public void Append(ReadOnlySpan<char> text, ReadOnlySpan<int> starts, ReadOnlySpan<int> ends, WordBuffer output)
    {
        var writer = new AlignedWriter(text, starts, ends, output);
        for (var at = 0; at < text.Length;)
        {
            var c = text[at];
            if (c < 0x80 && !_ascii[c] && (at + 1 == text.Length || text[at + 1] < 0x80))
            {
                writer.Keep(1);
                at++;
                continue;
            }

            var units = StringInfo.GetNextTextElementLength(text[at..]);
            Grapheme(text.Slice(at, units), ref writer);
            at += units;
        }
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
