namespace GraphKvAnswers;

/// <summary>A question over texts.</summary>
public sealed class QuestionRow
{
    public string Question { get; set; } = "";

    public string[] Segments { get; set; } = [];
}
