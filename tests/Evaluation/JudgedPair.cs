namespace ML.Extensions.Tests.Evaluation;

/// <summary>A row of judgements.</summary>
public sealed class JudgedPair
{
    public string QueryId { get; set; } = "";

    public string DocumentId { get; set; } = "";

    public float Grade { get; set; } = 1;

    public double Place { get; set; }
}
