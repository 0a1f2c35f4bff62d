namespace ML.Extensions.Tool;

/// <summary>A training row.</summary>
internal sealed class TrainRow
{
    public string Text { get; set; } = "";

    public string Other { get; set; } = "";

    public string Negative { get; set; } = "";

    public string Group { get; set; } = "";

    public float Score { get; set; }
}
