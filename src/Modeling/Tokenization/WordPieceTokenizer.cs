using System.Globalization;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>
/// BERT's tokenizer: words at white space and punctuation, then greedy longest pieces. Offsets refer to the original
/// text, so that lower-casing and dropped accents do not move them. Source: BERT, arXiv 1810.04805, and its released code.
/// </summary>
internal sealed class WordPieceTokenizer : TextTokenizer
{
    private readonly Dictionary<string, int> _vocabulary;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _words;
    private readonly Dictionary<string, int>.AlternateLookup<ReadOnlySpan<char>> _continuations;
    private readonly int _longest;
    private readonly int _unknown;
    private readonly WordPieceOptions _options;
    private readonly AddedTokenMatcher? _added;

    /// <summary>Takes a vocabulary: pieces to ids.</summary>
    /// <exception cref="InvalidDataException">A special token is missing.</exception>
    public WordPieceTokenizer(Dictionary<string, int> vocabulary, WordPieceOptions options, string origin)
    {
        _vocabulary = vocabulary;
        _options = options;
        _unknown = Special(options.UnknownToken, origin);
        Prefix = [Special(options.ClassToken, origin)];
        Suffix = [Special(options.SeparatorToken, origin)];
        _words = vocabulary.GetAlternateLookup<ReadOnlySpan<char>>();
        var tails = vocabulary.Where(p => p.Key.StartsWith(options.ContinuingPrefix, StringComparison.Ordinal)
                && p.Key.Length > options.ContinuingPrefix.Length)
            .ToDictionary(p => p.Key[options.ContinuingPrefix.Length..], p => p.Value, StringComparer.Ordinal);
        _continuations = tails.GetAlternateLookup<ReadOnlySpan<char>>();
        _longest = vocabulary.Keys.Max(k => k.Length);
        VocabularySize = Math.Max(
            vocabulary.Values.Max() + 1, options.AddedTokens.Select(t => t.Id + 1).DefaultIfEmpty(0).Max());
        _added = options.AddedTokens.Count > 0 ? new(options) : null;
    }

    /// <inheritdoc/>
    public override string Kind => "WordPiece";

    /// <inheritdoc/>
    public override int VocabularySize { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Prefix { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Suffix { get; }

    /// <inheritdoc/>
    public override TokenizedText Encode(string text)
    {
        var output = new TokenBuffer(text.Length / 4);
        var word = new WordNormalizer(_options);
        var at = 0;
        if (_added is not null)
        {
            foreach (var (start, end, id) in _added.Matches(text))
            {
                Words(text, at, start, word, output);
                output.Add(id, start, end);
                at = end;
            }
        }

        Words(text, at, text.Length, word, output);
        return output.ToText();
    }

    private int Special(string token, string origin)
    {
        if (_vocabulary.TryGetValue(token, out var id))
            return id;
        if (_options.AddedTokens.FirstOrDefault(t => t.Content == token) is { } added)
            return added.Id;
        throw new InvalidDataException(
            $"{origin}: the vocabulary of {_vocabulary.Count} pieces has no '{token}'. A BERT vocabulary needs {_options.ClassToken}, {_options.SeparatorToken} and {_options.UnknownToken}.");
    }

    private void Words(string text, int from, int to, WordNormalizer word, TokenBuffer output)
    {
        word.Clear();
        for (var at = from; at < to;)
        {
            var c = text[at];
            if (c < 0x80)
            {
                Ascii(c, at, word, output);
                at++;
                continue;
            }

            if (Rune.DecodeFromUtf16(text.AsSpan(at, to - at), out var rune, out var used) != System.Buffers.OperationStatus.Done)
                rune = Rune.ReplacementChar;
            Other(rune, at, word, output);
            at += used;
        }

        Pieces(word, output);
    }

    private void Ascii(char c, int at, WordNormalizer word, TokenBuffer output)
    {
        if (char.IsAsciiLetterOrDigit(c))
        {
            word.AppendAscii(c, at);
        }
        else if (c is ' ' or '\t' or '\n' or '\r' || (c is '\v' or '\f' && !_options.CleanText))
        {
            Pieces(word, output);
        }
        else if (c is > ' ' and < '\u007f')
        {
            Pieces(word, output);
            word.AppendAscii(c, at);
            Pieces(word, output);
        }
        else if (!_options.CleanText)
        {
            word.AppendAscii(c, at);
        }
    }

    private void Other(Rune rune, int at, WordNormalizer word, TokenBuffer output)
    {
        var category = Rune.GetUnicodeCategory(rune);
        if (_options.CleanText && (rune.Value == 0xFFFD || IsOther(category)))
            return;
        if (Rune.IsWhiteSpace(rune))
        {
            Pieces(word, output);
        }
        else if (IsPunctuation(category) || (_options.TokenizeChineseCharacters && IsIdeograph(rune.Value)))
        {
            Pieces(word, output);
            word.Append(rune, at);
            Pieces(word, output);
        }
        else
        {
            word.Append(rune, at);
        }
    }

    private void Pieces(WordNormalizer word, TokenBuffer output)
    {
        var chars = word.Chars;
        if (chars.Length == 0)
            return;
        var first = output.Count;
        var start = 0;
        var tooLong = chars.Length > _options.MaxCharactersPerWord && Runes(chars) > _options.MaxCharactersPerWord;
        while (!tooLong && start < chars.Length)
        {
            var lookup = start == 0 ? _words : _continuations;
            var end = Math.Min(chars.Length, start + _longest);
            while (end > start)
            {
                if (lookup.TryGetValue(chars[start..end], out var id))
                {
                    output.Add(id, word.Start(start), word.End(end - 1));
                    break;
                }

                end--;
            }

            if (end == start)
                break;
            start = end;
        }

        if (start < chars.Length)
        {
            output.Count = first;
            output.Add(_unknown, word.Start(0), word.End(chars.Length - 1));
        }

        word.Clear();
    }

    private static int Runes(ReadOnlySpan<char> chars)
    {
        var n = 0;
        foreach (var c in chars)
            n += char.IsLowSurrogate(c) ? 0 : 1;
        return n;
    }

    private static bool IsOther(UnicodeCategory category) => category is UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned;

    private static bool IsPunctuation(UnicodeCategory category) =>
        category is >= UnicodeCategory.ConnectorPunctuation and <= UnicodeCategory.OtherPunctuation;

    private static bool IsIdeograph(int c) => c is (>= 0x4E00 and <= 0x9FFF) or (>= 0x3400 and <= 0x4DBF)
        or (>= 0x20000 and <= 0x2A6DF) or (>= 0x2A700 and <= 0x2B73F) or (>= 0x2B740 and <= 0x2B81F)
        or (>= 0x2B920 and <= 0x2CEAF) or (>= 0xF900 and <= 0xFAFF) or (>= 0x2F800 and <= 0x2FA1F);
}
