namespace ML.Extensions.Tokenization;

/// <summary>How a SentencePiece model cuts a text; the numbers are the file's.</summary>
internal enum SentencePieceModelKind
{
    /// <summary>The most likely pieces.</summary>
    Unigram = 1,

    /// <summary>Merges of neighbours, the highest score first.</summary>
    Bpe = 2,
}
