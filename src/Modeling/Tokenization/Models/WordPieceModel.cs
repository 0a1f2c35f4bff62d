namespace ML.Extensions.Tokenization;

/// <summary>WordPiece behind other normalizers and pre-tokenizers than BERT's, for which <see cref="WordPieceTokenizer"/> is faster.</summary>
internal sealed class WordPieceModel(Vocabulary vocabulary, WordPieceOptions options, int unknown) : TokenModel
{
    private readonly PieceTable _pieces = new(vocabulary.Ids, options, unknown);

    /// <inheritdoc/>
    public override string Kind => "WordPiece";

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Size;

    /// <inheritdoc/>
    public override void Cut(AlignedText piece, TokenBuffer output) => _pieces.Cut(piece.Chars, piece.Starts, piece.Ends, piece.Start(0), output);

    /// <inheritdoc/>
    public override int Find(string token) => vocabulary.Find(token);

    /// <inheritdoc/>
    public override string? Token(int id) => vocabulary.Token(id);
}
