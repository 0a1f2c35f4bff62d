using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace ML.Extensions.Tokenization;

/// <summary>A SentencePiece model: ids, ranges and decoded texts are those of the SentencePiece library. Source: T. Kudo and J. Richardson, arXiv 1808.06226.</summary>
internal sealed class SentencePieceTokenizer : TextTokenizer
{
    private readonly SentencePieces _pieces;
    private readonly SentencePieceNormalizer _normalizer;
    private readonly SentencePieceCutter _cutter;
    private readonly SentencePieceOptions _options;
    private readonly AddedTokenMatcher? _added;

    public SentencePieceTokenizer(SentencePieceModel model, SentencePieceOptions options)
    {
        _pieces = new(model);
        _normalizer = new(_pieces);
        _cutter = SentencePieceCutter.Create(_pieces);
        _options = options;
        _added = options.AddedTokens.Count > 0 ? new(options.AddedTokens.Select(t => (t.Content, t))) : null;
        VocabularySize = options.AddedTokens.Select(t => t.Id + 1).Append(model.Pieces.Count).Max();
    }

    /// <inheritdoc/>
    public override string Kind => _pieces.Model.Kind == SentencePieceModelKind.Bpe ? "SentencePiece BPE" : "SentencePiece Unigram";

    /// <inheritdoc/>
    public override int VocabularySize { get; }

    /// <inheritdoc/>
    public override IReadOnlyList<int> Prefix => _options.Prefix;

    /// <inheritdoc/>
    public override IReadOnlyList<int> Suffix => _options.Suffix;

    /// <inheritdoc/>
    public override TextLayout Layout => TextLayout.Each(Prefix, Suffix);

    /// <inheritdoc/>
    public override IReadOnlyList<string> SpecialTexts => [.. _options.AddedTokens.Where(t => t.Special).Select(t => t.Content)];

    /// <inheritdoc/>
    public override TokenizedText Encode(string text)
    {
        var output = new TokenBuffer(text.Length / 4);
        var (buffer, cuts) = (new SentencePieceBuffer(), new List<(int End, int Id)>());
        var done = 0;
        for (var at = 0; _added is not null && _added.TryNext(text, ref at, done, out var match);)
        {
            Part(text, done, match.Start, buffer, cuts, output);
            output.Add(match.Id, match.Start, match.End);
            done = match.End;
        }

        Part(text, done, text.Length, buffer, cuts, output);
        return output.ToText();
    }

    /// <summary>The text of ids, as the SentencePiece library gives it: control pieces are left out unless asked for, unknown ones are the model's surface.</summary>
    /// <param name="ids">Ids; those that are none are passed over.</param>
    /// <param name="skipSpecial">Leaves out control pieces, and special tokens that the folder adds to the model.</param>
    public override string Decode(IReadOnlyList<int> ids, bool skipSpecial = true)
    {
        var text = new StringBuilder();
        var bytes = new List<byte>();
        var (start, blankSeen) = (true, false);
        foreach (var id in ids)
        {
            if (IsByte(id) && SentencePieces.ByteOf(_pieces.Model.Pieces[id].Text) is >= 0 and var value)
            {
                bytes.Add((byte)value);
                continue;
            }

            Flush(bytes, text);
            start &= !blankSeen && text.Length == 0;
            text.Append(Surface(id, start, skipSpecial, out blankSeen));
        }

        Flush(bytes, text);
        return text.ToString();
    }

    private static void Flush(List<byte> bytes, StringBuilder text)
    {
        ReadOnlySpan<byte> rest = CollectionsMarshal.AsSpan(bytes);
        while (!rest.IsEmpty)
        {
            var valid = Rune.DecodeFromUtf8(rest, out var rune, out var used) == OperationStatus.Done;
            text.Append(valid ? rune.ToString() : "\uFFFD");
            rest = rest[(valid ? used : 1)..]; // each byte that is no character is one of its own
        }

        bytes.Clear();
    }

    private bool IsByte(int id) => (uint)id < (uint)_pieces.Model.Pieces.Count && _pieces.Type(id) == SentencePieceType.Byte;

    private string Surface(int id, bool start, bool skipSpecial, out bool blankSeen)
    {
        blankSeen = false;
        if ((uint)id >= (uint)_pieces.Model.Pieces.Count)
            return _options.AddedTokens.FirstOrDefault(t => t.Id == id && !(t.Special && skipSpecial))?.Content ?? "";
        var piece = _pieces.Model.Pieces[id].Text;
        if (_pieces.Type(id) == SentencePieceType.Control)
            return skipSpecial ? "" : piece;
        if (_pieces.Type(id) == SentencePieceType.Unknown)
            return _pieces.Model.UnknownSurface;
        if (start && (_pieces.Model.AddDummyPrefix || _pieces.Model.RemoveExtraWhitespaces) && piece.StartsWith(SentencePieces.Blank))
        {
            piece = piece[1..];
            blankSeen = !_pieces.Model.RemoveExtraWhitespaces;
        }

        return piece.Replace(SentencePieces.Blank, ' ');
    }

    private void Part(string text, int from, int to, SentencePieceBuffer buffer, List<(int End, int Id)> cuts, TokenBuffer output)
    {
        if (from == to)
            return;
        _normalizer.Write(text, from, to, from == 0 || _options.PrefixAfterAddedTokens, buffer);
        cuts.Clear();
        _cutter.Cut(buffer.Units, cuts);
        var (start, unknownRun) = (0, false);
        foreach (var (end, id) in cuts)
        {
            var (first, last) = (buffer.Starts[start], buffer.Ends[end - 1]);
            var unknown = id == _pieces.Unknown;
            if (unknown && _pieces.Model.ByteFallback)
                Bytes(buffer.Units[start..end], first, last, output);
            else if (unknown && unknownRun)
                output.ExtendLast(last);
            else
                output.Add(id, first, last);
            (start, unknownRun) = (end, unknown);
        }
    }

    /// <summary>The bytes of a character; the last one has its range, the others are empty.</summary>
    private void Bytes(ReadOnlySpan<char> piece, int start, int end, TokenBuffer output)
    {
        for (var at = 0; at < piece.Length;)
        {
            var code = Utf8.At(piece, at, out var bytes, out var units);
            at += units;
            for (; bytes > 0; bytes--, code >>= 8)
                output.Add(_pieces.Byte((byte)code), start, at == piece.Length && bytes == 1 ? end : start);
        }
    }
}
