namespace ML.Extensions.LongText;

/// <summary>How one text goes through the encoder.</summary>
/// <param name="Sequences">One sequence, or the windows whose vectors are averaged.</param>
/// <param name="TokenCount">Tokens of the whole text, prompt and special ones included.</param>
/// <param name="TokensUsed">Those that some sequence holds.</param>
/// <param name="ExtensionUsed">Name of the strategy that applied.</param>
internal sealed record TextPlan(
    IReadOnlyList<TextSequence> Sequences, int TokenCount, int TokensUsed, string ExtensionUsed);
