namespace ML.Extensions.Tokenization;

/// <summary>Appends what a piece becomes.</summary>
internal delegate void PieceWriter(AlignedText piece, WordBuffer output);
