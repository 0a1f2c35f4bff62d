namespace ML.Extensions.Generation;

/// <summary>A chosen token.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogProbability">As in <see cref="TokenScore"/>; NaN where it was not asked for.</param>
/// <param name="Likeliest">The likeliest tokens, best first; as many as were asked for.</param>
internal sealed record TokenChoice(int Id, float LogProbability, IReadOnlyList<TokenScore> Likeliest);
