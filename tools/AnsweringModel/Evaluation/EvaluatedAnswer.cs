using ML.Extensions.AnsweringModel.Questions;

namespace ML.Extensions.AnsweringModel.Evaluation;

/// <summary>An answer and how good it is.</summary>
/// <param name="Method">Plan or baseline, and where the asked segment stands.</param>
/// <param name="Kind">What was asked.</param>
/// <param name="Exact">Whether it is the right one.</param>
/// <param name="F1">Words in common, 0 to 1.</param>
internal readonly record struct EvaluatedAnswer(string Method, QuestionKind Kind, bool Exact, double F1);
