using ML.Extensions.Encoders;

namespace ML.Extensions.Training;

/// <summary>Tokens of which some are hidden.</summary>
/// <param name="Tokens">What the model sees.</param>
/// <param name="Places">Which tokens are to be guessed, [M].</param>
/// <param name="Ids">What stood there, [M].</param>
internal sealed record MaskedTokens(PackedTokens Tokens, long[] Places, long[] Ids);
