using Microsoft.ML.Data;

namespace ML.Extensions.Tests.Evaluation;

/// <summary>A query or document with its embedding of three dimensions.</summary>
public sealed class EmbeddedText
{
    public string QueryId { get; set; } = "";

    public string DocumentId { get; set; } = "";

    [VectorType(3)]
    public float[] Embedding { get; set; } = [];

    [VectorType]
    public float[] Free { get; set; } = [];

    public int Words { get; set; }

    public static EmbeddedText Query(string id, params float[] vector) => new() { QueryId = id, Embedding = vector, Free = vector };

    public static EmbeddedText Document(string id, params float[] vector) => new() { DocumentId = id, Embedding = vector, Free = vector };
}
