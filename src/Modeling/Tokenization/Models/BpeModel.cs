namespace ML.Extensions.Tokenization;

/// <summary>
/// Byte-pair encoding: a piece's characters, then merges in the order of their ranks. Words are kept with their tokens.
/// Source: R. Sennrich et al., arXiv 1508.07909; details as in the tokenizers library.
/// </summary>
internal abstract class BpeModel(Vocabulary vocabulary, BpeMerges merges, bool ignoreMerges) : TokenModel
{
    [ThreadStatic]
    private static BpeScratch? scratch;
    private readonly WordCache _cache = new();

    /// <inheritdoc/>
    public override string Kind => "BPE";

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Size;

    /// <summary>Tokens and ids.</summary>
    protected Vocabulary Vocabulary => vocabulary;

    /// <summary>Pairs that merge.</summary>
    protected BpeMerges Merges => merges;

    /// <inheritdoc/>
    public override int Find(string token) => vocabulary.Find(token);

    /// <inheritdoc/>
    public override string? Token(int id) => vocabulary.Token(id);

    /// <inheritdoc/>
    public override void Cut(AlignedText piece, TokenBuffer output)
    {
        var kept = piece.Length <= WordCache.MaxLength;
        var slot = 0;
        if (kept && _cache.Find(piece.Chars, out slot) is { Length: > 0 } tokens)
        {
            foreach (var token in tokens)
                output.Add(token.Id, piece.Start(token.Start), piece.End(token.End));
            return;
        }

        var buffer = scratch ??= new();
        CutAnew(piece.Chars, buffer);
        foreach (var token in buffer.Tokens)
            output.Add(token.Id, piece.Start(token.Start), piece.End(token.End));
        if (kept && buffer.Tokens.Count > 0)
            _cache.Keep(piece.Chars, slot, [.. buffer.Tokens]);
        if (!kept)
            scratch = null; // a long piece's arrays are not kept
    }

    /// <summary>Id of a whole piece; -1 if it is no token.</summary>
    protected abstract int FindWhole(ReadOnlySpan<char> piece);

    /// <summary>Appends a piece's symbols; lengths count UTF-8 bytes.</summary>
    protected abstract void AddSymbols(ReadOnlySpan<char> piece, BpeWord word);

    private void CutAnew(ReadOnlySpan<char> piece, BpeScratch buffer)
    {
        buffer.Tokens.Clear();
        if (ignoreMerges && FindWhole(piece) is >= 0 and var whole)
        {
            buffer.Tokens.Add(new(whole, 0, piece.Length));
            return;
        }

        var word = buffer.Word;
        word.Clear();
        AddSymbols(piece, word);
        word.Merge(merges);
        buffer.Place(piece);
    }
}
