namespace ML.Extensions.Generation;

/// <summary>A token and what the network thinks of it.</summary>
/// <param name="Id">Its id.</param>
/// <param name="LogProbability">Natural logarithm of its probability, before penalties, temperature and choices.</param>
internal readonly record struct TokenScore(int Id, float LogProbability);
