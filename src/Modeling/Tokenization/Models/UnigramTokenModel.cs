namespace ML.Extensions.Tokenization;

/// <summary>Unigram as a part of a tokenizer.json. Words are kept with their tokens.</summary>
internal sealed class UnigramTokenModel(UnigramModel model, IReadOnlyList<string> pieces) : TokenModel
{
    [ThreadStatic]
    private static List<WordToken>? scratch;
    private readonly WordCache _cache = new();

    /// <inheritdoc/>
    public override string Kind => "Unigram";

    /// <inheritdoc/>
    public override int VocabularySize => pieces.Count;

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

        var found = scratch ??= [];
        found.Clear();
        model.Cut(piece.Chars, found);
        foreach (var token in found)
            output.Add(token.Id, piece.Start(token.Start), piece.End(token.End));
        if (kept)
            _cache.Keep(piece.Chars, slot, [.. found]);
        else
            scratch = null; // a long piece's list is not kept
    }

    /// <inheritdoc/>
    public override int Find(string token) => model.Find(token);

    /// <inheritdoc/>
    public override string? Token(int id) => (uint)id < (uint)pieces.Count ? pieces[id] : null;
}
