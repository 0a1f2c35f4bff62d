namespace ML.Extensions.Tests.LongText;

public sealed class Document
{
    public int Id { get; set; }

    public float Number => Id;

    public bool Label { get; set; }

    public string Text { get; set; } = "";

    public float[] Tags { get; set; } = [];
}
