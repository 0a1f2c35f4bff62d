namespace ML.Extensions.AnsweringModel.Questions;

/// <summary>A question over some segments.</summary>
/// <param name="Kind">What is asked.</param>
/// <param name="Text">The question.</param>
/// <param name="Answer">The answer: words of a segment, or <see cref="NoAnswer"/>.</param>
/// <param name="Segment">The segment that has it; -1 is none.</param>
internal sealed record ApiQuestion(QuestionKind Kind, string Text, string Answer, int Segment)
{
    /// <summary>What is answered where no segment says it.</summary>
    public const string NoAnswer = "The texts do not say.";
}
