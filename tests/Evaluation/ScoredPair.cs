using Microsoft.ML.Data;

namespace ML.Extensions.Tests.Evaluation;

/// <summary>Two embeddings and a score.</summary>
public sealed class ScoredPair
{
    [VectorType(2)]
    public float[] Left { get; set; } = [];

    [VectorType(2)]
    public double[] Right { get; set; } = [];

    public float Label { get; set; }
}
