namespace ML.Extensions.Tokenization;

/// <summary>A piece of a SentencePiece vocabulary.</summary>
/// <param name="Text">Its characters; U+2581 for a blank.</param>
/// <param name="Score">Log-probability, or the order of merging.</param>
/// <param name="Type">What it is.</param>
internal readonly record struct SentencePiece(string Text, float Score, SentencePieceType Type);
