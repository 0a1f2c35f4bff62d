using System.Globalization;

namespace ML.Extensions.Tokenization;

/// <summary>BPE over characters: those that are no token become tokens of bytes, unknown ones, or nothing.</summary>
internal sealed class CharacterBpeModel(Vocabulary vocabulary, BpeMerges merges, BpeOptions options)
    : BpeModel(vocabulary, merges, options.IgnoreMerges)
{
    private readonly int[]? _bytes = options.ByteFallback
        ? [.. Enumerable.Range(0, 256).Select(b => vocabulary.Find(string.Create(CultureInfo.InvariantCulture, $"<0x{b:X2}>")))] : null;

    private readonly bool _words = options is { Unknown: >= 0, IgnoreMerges: false, ContinuingPrefix: "", EndSuffix: "" }
        && BlankWords.Are(vocabulary.Ids.Keys);

    /// <summary>The same model over bytes, null where it cannot be: see <see cref="ByteBpeModel"/>.</summary>
    public ByteBpeModel? OfBytes() => ByteBpeModel.TryCreate(Vocabulary, Merges, options);

    /// <inheritdoc/>
    public override void Cut(AlignedText piece, TokenBuffer output)
    {
        for (var start = 0; start < piece.Length;)
        {
            var end = _words ? BlankWords.End(piece.Chars, start) : piece.Length;
            base.Cut(piece.Slice(start, end), output);
            start = end;
        }
    }

    /// <inheritdoc/>
    protected override int FindWhole(ReadOnlySpan<char> piece) => Vocabulary.Find(piece);

    /// <inheritdoc/>
    protected override void AddSymbols(ReadOnlySpan<char> piece, BpeWord word)
    {
        var unknown = 0; // bytes of an unknown token that is not added yet
        for (var at = 0; at < piece.Length;)
        {
            var code = Utf8.At(piece, at, out var bytes, out var units);
            var id = Find(piece, at, units);
            at += units;
            if (id >= 0)
            {
                AddUnknown(word, ref unknown);
                word.Add(id, bytes);
            }
            else if (!TryBytes(code, bytes, word) && options.Unknown >= 0)
            {
                if (!options.FuseUnknown)
                    AddUnknown(word, ref unknown);
                unknown += bytes;
            }
        }

        AddUnknown(word, ref unknown);
    }

    private void AddUnknown(BpeWord word, ref int bytes)
    {
        if (bytes > 0)
            word.Add(options.Unknown, bytes);
        bytes = 0;
    }

    private int Find(ReadOnlySpan<char> piece, int at, int units)
    {
        var prefix = at == 0 ? "" : options.ContinuingPrefix;
        var suffix = at + units == piece.Length ? options.EndSuffix : "";
        return prefix.Length + suffix.Length == 0 ? Vocabulary.Find(piece.Slice(at, units))
            : Vocabulary.Find(string.Concat(prefix, piece.Slice(at, units), suffix));
    }

    /// <summary>All bytes of a character, or none.</summary>
    private bool TryBytes(uint code, int bytes, BpeWord word)
    {
        if (_bytes is null)
            return false;
        for (var i = 0; i < bytes; i++)
            if (_bytes[(code >> (8 * i)) & 0xFF] < 0)
                return false;
        for (var i = 0; i < bytes; i++)
            word.Add(_bytes[(code >> (8 * i)) & 0xFF], 1);
        return true;
    }
}
