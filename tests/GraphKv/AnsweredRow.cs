namespace ML.Extensions.Tests.GraphKv;

/// <summary>Every column of an answerer.</summary>
public sealed class AnsweredRow
{
    public string Answer { get; set; } = "";

    public float[] Shares { get; set; } = [];

    public long Reused { get; set; }

    public long Computed { get; set; }

    public long Bytes { get; set; }

    public float Prefill { get; set; }

    public float Divergence { get; set; }
}
