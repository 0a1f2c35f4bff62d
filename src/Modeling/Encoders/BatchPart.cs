namespace ML.Extensions.Encoders;

/// <summary>A stretch of a batch's sequences.</summary>
/// <param name="First">First sequence.</param>
/// <param name="Count">Number of sequences.</param>
/// <param name="Start">First token.</param>
/// <param name="Tokens">Number of tokens.</param>
internal sealed record BatchPart(int First, int Count, int Start, int Tokens);
