namespace ML.Extensions.Tokenization;

/// <summary>Unigram as a part of a tokenizer.json.</summary>
internal sealed class UnigramTokenModel(UnigramModel model, IReadOnlyList<string> pieces) : TokenModel
{
    /// <inheritdoc/>
    public override string Kind => "Unigram";

    /// <inheritdoc/>
    public override int VocabularySize => pieces.Count;

    /// <inheritdoc/>
    public override void Cut(AlignedText piece, TokenBuffer output)
    {
        if (!piece.Starts.IsEmpty)
        {
            model.Cut(piece.Chars, piece.Starts, piece.Ends, output);
            return;
        }

        var buffer = new WordBuffer();
        buffer.Append(piece);
        model.Cut(buffer.Chars, buffer.Starts, buffer.Ends, output);
    }

    /// <inheritdoc/>
    public override int Find(string token) => model.Find(token);

    /// <inheritdoc/>
    public override string? Token(int id) => (uint)id < (uint)pieces.Count ? pieces[id] : null;
}
