namespace ML.Extensions.Tokenization;

/// <summary>WordLevel: a piece is one token, or the unknown one.</summary>
internal sealed class WordLevelModel(Vocabulary vocabulary, int unknown) : TokenModel
{
    /// <inheritdoc/>
    public override string Kind => "WordLevel";

    /// <inheritdoc/>
    public override int VocabularySize => vocabulary.Size;

    /// <inheritdoc/>
    public override void Cut(AlignedText piece, TokenBuffer output)
    {
        var id = vocabulary.Find(piece.Chars);
        output.Add(id < 0 ? unknown : id, piece.Start(0), piece.End(piece.Length));
    }

    /// <inheritdoc/>
    public override int Find(string token) => vocabulary.Find(token);

    /// <inheritdoc/>
    public override string? Token(int id) => vocabulary.Token(id);
}
