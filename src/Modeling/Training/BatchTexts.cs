using ML.Extensions.Encoders;

namespace ML.Extensions.Training;

/// <summary>Sequences that go through the model at once.</summary>
/// <param name="Numbers">Which of the batch's sequences, [N].</param>
/// <param name="Tokens">The same, packed.</param>
/// <param name="PooledFrom">First pooled token of each, [N]; null pools all.</param>
internal sealed record BatchTexts(int[] Numbers, PackedTokens Tokens, int[]? PooledFrom);
