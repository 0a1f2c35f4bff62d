namespace ML.Extensions.GraphKv;

/// <summary>How well an answer is known.</summary>
/// <param name="Loss">Mean negative log-likelihood of its tokens, nats.</param>
/// <param name="Right">Whether each of its tokens is the likeliest.</param>
internal readonly record struct AnswerScore(double Loss, bool Right);
