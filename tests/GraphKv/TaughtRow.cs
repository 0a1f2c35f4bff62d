namespace ML.Extensions.Tests.GraphKv;

/// <summary>A question over segments, and what is right.</summary>
public sealed class TaughtRow
{
    public string Question { get; set; } = "";

    public string[] Segments { get; set; } = [];

    public int[] Edges { get; set; } = [];

    public string Expected { get; set; } = "";
}
