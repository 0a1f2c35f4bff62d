namespace ML.Extensions.Tests.LongText;

public sealed class Embedded
{
    public int Id { get; set; }

    public float[] Embedding { get; set; } = [];
}
