namespace ML.Extensions.DefaultModel.Facts;

/// <summary>A fact and a question that it alone answers.</summary>
/// <param name="Text">One to three sentences.</param>
/// <param name="Question">A question, or its keywords.</param>
internal sealed record Fact(string Text, string Question);
