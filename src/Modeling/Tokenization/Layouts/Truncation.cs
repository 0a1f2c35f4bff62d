namespace ML.Extensions.Tokenization;

/// <summary>How a row is cut.</summary>
/// <param name="MaxLength">Most tokens of a row, special ones included.</param>
/// <param name="Strategy">Which text is cut.</param>
/// <param name="Stride">Tokens that a further window repeats of the one before.</param>
/// <param name="Left">The text's start is cut, not its end.</param>
internal sealed record Truncation(int MaxLength, TruncationStrategy Strategy, int Stride, bool Left);
