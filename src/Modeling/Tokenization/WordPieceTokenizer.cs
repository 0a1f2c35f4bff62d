using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>
/// BERT's tokenizer: words at white space and punctuation, then greedy longest pieces. Offsets refer to the original
/// text, so that lower-casing and dropped accents do not move them. Source: BERT, arXiv 1810.04805, and its released code.
/// </summary>
internal sealed class WordPieceTokenizer : TextTokenizer
{
    private const int AsciiWord = 128;
    private readonly Dictionary<string, int> _vocabulary;
    private readonly WordPieceOptions _options;
    private readonly WordPieceNormalizer _normalizer;
    private readonly AddedTokens _added;
    private readonly PieceTable _pieces;
    private readonly TokenDecoding _decoding;

    /// <summary>Takes a vocabulary: pieces to ids.</summary>
    /// <exception cref="InvalidDataException">A special token is missing.</exception>
    public WordPieceTokenizer(Dictionary<string, int> vocabulary, WordPieceOptions options, string origin)
    {
        _vocabulary = vocabulary;
        _options = options;
        _normalizer = new(options);
        _added = AddedTokens.Create(options.AddedTokens, _normalizer.Normalize);
        _pieces = new(vocabulary, options, Special(options.UnknownToken, origin));
        Layout = options.Layout ?? TextLayout.Around([Special(options.ClassToken, origin)], [Special(options.SeparatorToken, origin)], [], 1);
        (Prefix, Suffix) = (Layout.Prefix, Layout.Suffix);
        _decoding = new(options.AddedTokens, _normalizer.Normalize, new Vocabulary(vocabulary).Token, options.Decoder);
        VocabularySize = Math.Max(
            vocabulary.Values.Max() + 1, options.AddedTokens.Select(t => t.Id + 1).DefaultIfEmpty(0).Max());
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
    public override TextLayout Layout { get; }

    /// <inheritdoc/>
    public override string Decode(IReadOnlyList<int> ids, bool skipSpecial = true) => _decoding.Decode(ids, skipSpecial);

    /// <inheritdoc/>
    public override TokenizedText Encode(string text)
    {
        var output = new TokenBuffer(text.Length / 4);
        var word = new WordBuffer();
        var done = 0;
        if (_added.Raw is { } raw)
        {
            for (var at = 0; raw.TryNext(text, ref at, done, out var match);)
            {
                Between(text, done, match.Start, word, output);
                output.Add(match.Id, match.Start, match.End);
                done = match.End;
            }
        }

        Between(text, done, text.Length, word, output);
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

    private void Between(ReadOnlySpan<char> text, int from, int to, WordBuffer word, TokenBuffer output)
    {
        if (_added.Normalized is null)
            Words(text, from, to, word, output);
        else if (from < to)
            NormalizedWords(text, from, to, _added.Normalized, output);
    }

    /// <summary>The plain way: normalises word by word.</summary>
    private void Words(ReadOnlySpan<char> text, int from, int to, WordBuffer word, TokenBuffer output)
    {
        for (var at = from; at < to;)
        {
            if (word.Length == 0 && AsciiRun(text[at..to], at, output) is > 0 and var run)
            {
                at += run;
                continue;
            }

            var (rune, used) = WordPieceNormalizer.RuneAt(text[..to], at);
            Character(rune, at, at + used, word, output);
            at += used;
        }

        Flush(word, output);
    }

    /// <summary>A whole word of ASCII letters and digits, one ASCII symbol or blanks; 0 if something else stands here.</summary>
    private int AsciiRun(ReadOnlySpan<char> text, int first, TokenBuffer output)
    {
        var n = 0;
        while (n < text.Length && char.IsAsciiLetterOrDigit(text[n]))
            n++;
        if (n == 0)
        {
            if (text[0] is ' ' or '\t' or '\n' or '\r')
                return 1;
            if (text[0] is <= ' ' or >= '\u007f')
                return 0;
            _pieces.Cut(text[..1], [], [], first, output);
            return 1;
        }

        if (n > AsciiWord || (n < text.Length && text[n] is (< ' ' and not ('\t' or '\n' or '\r')) or >= '\u007f'))
            return 0; // the next character may belong to this word
        if (!_options.Lowercase)
        {
            _pieces.Cut(text[..n], [], [], first, output);
            return n;
        }

        Span<char> lower = stackalloc char[AsciiWord];
        Ascii.ToLower(text[..n], lower, out _);
        _pieces.Cut(lower[..n], [], [], first, output);
        return n;
    }

    private void Character(Rune rune, int start, int end, WordBuffer word, TokenBuffer output)
    {
        if (_normalizer.Drops(rune))
            return;
        if (Rune.IsWhiteSpace(rune))
        {
            Flush(word, output);
            return;
        }

        if (!_normalizer.StripsAccents || rune.IsAscii)
        {
            Part(rune, _normalizer.StandsAlone(rune), start, end, word, output);
            return;
        }

        var alone = _normalizer.StandsAlone(rune);
        Span<char> units = stackalloc char[2];
        foreach (var part in BertCharacters.StripAccents(rune, units).EnumerateRunes())
            Part(part, alone, start, end, word, output);
    }

    private void Part(Rune part, bool alone, int start, int end, WordBuffer word, TokenBuffer output)
    {
        alone |= BertCharacters.IsPunctuation(part);
        if (alone)
            Flush(word, output);
        _normalizer.PushLower(part, start, end, word);
        if (alone)
            Flush(word, output);
    }

    private void Flush(WordBuffer word, TokenBuffer output)
    {
        _pieces.Cut(word.Chars, word.Starts, word.Ends, 0, output);
        word.Clear();
    }

    /// <summary>Normalises as a whole, finds added tokens in that, then cuts the words between them.</summary>
    private void NormalizedWords(ReadOnlySpan<char> text, int from, int to, AddedTokenMatcher matcher, TokenBuffer output)
    {
        var all = new WordBuffer();
        _normalizer.Append(text, from, to, all);
        var done = 0;
        for (var at = 0; matcher.TryNext(all.Chars, ref at, done, out var match);)
        {
            CutWords(all, done, match.Start, output);
            if (match.Start < match.End)
                output.Add(match.Id, all.Starts[match.Start], all.Ends[match.End - 1]);
            done = match.End;
        }

        CutWords(all, done, all.Length, output);
    }

    private void CutWords(WordBuffer all, int from, int to, TokenBuffer output)
    {
        var first = from;
        for (var at = from; at < to;)
        {
            var (rune, used) = WordPieceNormalizer.RuneAt(all.Chars[..to], at);
            var blank = Rune.IsWhiteSpace(rune);
            if (blank || BertCharacters.IsPunctuation(rune))
            {
                Cut(all, first, at, output);
                if (!blank)
                    Cut(all, at, at + used, output);
                first = at + used;
            }

            at += used;
        }

        Cut(all, first, to, output);
    }

    private void Cut(WordBuffer all, int from, int to, TokenBuffer output) =>
        _pieces.Cut(all.Chars[from..Math.Max(from, to)], all.Starts[from..Math.Max(from, to)], all.Ends[from..Math.Max(from, to)], 0, output);
}
