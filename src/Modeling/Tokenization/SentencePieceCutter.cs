namespace ML.Extensions.Tokenization;

/// <summary>Cuts a prepared text into pieces, as the SentencePiece library does.</summary>
internal abstract class SentencePieceCutter
{
    /// <summary>Appends the pieces: where each ends, and its id.</summary>
    public abstract void Cut(ReadOnlySpan<char> text, List<(int End, int Id)> output);

    /// <summary>The cutter that a model names.</summary>
    public static SentencePieceCutter Create(SentencePieces pieces) =>
        pieces.Model.Kind == SentencePieceModelKind.Bpe ? new SentencePieceBpe(pieces) : new SentencePieceUnigram(pieces);
}
