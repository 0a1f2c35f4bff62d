namespace GraphKvAnswers;

/// <summary>An answer and what it cost.</summary>
public sealed class AnswerRow
{
    public string Answer { get; set; } = "";

    public float[] Shares { get; set; } = [];

    public long Reused { get; set; }

    public long Computed { get; set; }

    public float Prefill { get; set; }
}
