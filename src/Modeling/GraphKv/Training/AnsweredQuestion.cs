namespace ML.Extensions.GraphKv;

/// <summary>A question and the answer that is learned.</summary>
/// <param name="Question">Ids of the question, up to where the answer begins; at least one.</param>
/// <param name="Answer">Ids of the answer, its end token included; at least one.</param>
internal sealed record AnsweredQuestion(int[] Question, int[] Answer);
