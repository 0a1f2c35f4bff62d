namespace ML.Extensions.Tests.GraphKv;

/// <summary>A question over segments.</summary>
public sealed class AnswerRow
{
    public string? Question { get; set; }

    public string?[]? Segments { get; set; }

    public int[] Edges { get; set; } = [];
}
