namespace ML.Extensions.Tokenization;

/// <summary>BPE over the bytes of the text itself: the pre-tokenizer's last step, which writes each as a printable character, is left out.</summary>
internal sealed class ByteBpeModel : BpeModel
{
    private readonly int[] _bytes;

    private ByteBpeModel(Vocabulary vocabulary, BpeMerges merges, bool ignoreMerges, int[] bytes)
        : base(vocabulary, merges, ignoreMerges) => _bytes = bytes;

    /// <summary>The model, null where a byte is no token or affixes are needed: then <see cref="CharacterBpeModel"/> does it.</summary>
    public static ByteBpeModel? TryCreate(Vocabulary vocabulary, BpeMerges merges, BpeOptions options)
    {
        var bytes = new int[256];
        for (var b = 0; b < bytes.Length; b++)
            bytes[b] = vocabulary.Find([ByteAlphabet.Of(b)]);
        var plain = options.ContinuingPrefix.Length == 0 && options.EndSuffix.Length == 0 && Array.TrueForAll(bytes, id => id >= 0);
        return plain ? new(vocabulary, merges, options.IgnoreMerges, bytes) : null;
    }

    /// <inheritdoc/>
    protected override int FindWhole(ReadOnlySpan<char> piece)
    {
        var buffer = new WordBuffer();
        ByteAlphabet.Append(new(piece, 0), buffer);
        return Vocabulary.Find(buffer.Chars);
    }

    /// <inheritdoc/>
    protected override void AddSymbols(ReadOnlySpan<char> piece, BpeWord word)
    {
        for (var at = 0; at < piece.Length;)
        {
            var code = Utf8.At(piece, at, out var bytes, out var units);
            for (at += units; bytes > 0; bytes--, code >>= 8)
                word.Add(_bytes[code & 0xFF], 1);
        }
    }
}
