using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>Reads vocab.txt: one piece a line, the line's number is its id.</summary>
internal static class VocabularyText
{
    private const long MaxBytes = 256L << 20;

    /// <exception cref="InvalidDataException">It is empty, too large or not UTF-8.</exception>
    public static Dictionary<string, int> Read(Stream vocabulary, string origin)
    {
        if (vocabulary.CanSeek && vocabulary.Length > MaxBytes)
            throw new InvalidDataException($"{origin}: it has {vocabulary.Length} bytes; a vocabulary has at most {MaxBytes}.");
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        using var reader = new StreamReader(vocabulary, new UTF8Encoding(false, throwOnInvalidBytes: true));
        try
        {
            var id = 0;
            for (; reader.ReadLine() is { } line; id++)
            {
                if (line.Length > 0 || !reader.EndOfStream)
                    pieces[line] = id; // a repeated piece has the last line's id, as in BERT's own reader
            }
        }
        catch (DecoderFallbackException e)
        {
            throw new InvalidDataException($"{origin}: it is not UTF-8 after {pieces.Count} pieces; expected one piece a line.", e);
        }

        return pieces.Count > 0 ? pieces : throw new InvalidDataException($"{origin}: the vocabulary is empty; expected one piece a line.");
    }
}
