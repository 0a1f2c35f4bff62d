using ML.Extensions.Evaluation;
using ML.Extensions.Kernels;
using static TorchSharp.torch;

namespace ML.Extensions.Training;

/// <summary>Two texts a row, and how alike they are.</summary>
/// <param name="Kind">Which loss.</param>
internal sealed record ScoredPairs(PairLoss Kind = PairLoss.CoSent) : EmbeddingObjective
{
    /// <summary>Factor on similarities in CoSENT and AnglE.</summary>
    public double Scale { get; init; } = 20;

    /// <inheritdoc/>
    public override int Columns => 2;

    /// <inheritdoc/>
    public override void Check(TrainingBatch batch)
    {
        base.Check(batch);
        if (batch.Scores is null || batch.Scores.Length != batch.Rows)
            throw new ArgumentException($"ScoredPairs needs a score for each of {batch.Rows} rows.", nameof(batch));
    }

    /// <inheritdoc/>
    public override Tensor Loss(Tensor vectors, TrainingBatch batch, Tensor? targets)
    {
        var rows = batch.Rows;
        var (a, b) = (vectors.narrow(0, 0, rows), vectors.narrow(0, rows, rows));
        var scores = tensor(batch.Scores!, device: vectors.device);
        return Kind switch
        {
            PairLoss.CosineRegression => (nn.functional.cosine_similarity(a, b, 1) - scores).Squared().mean(),
            PairLoss.CoSent => Ranked(nn.functional.cosine_similarity(a, b, 1), scores),
            PairLoss.AnglE => Ranked(Angle(a, b), scores),
            _ => throw new ArgumentOutOfRangeException(nameof(batch), Kind, "Unknown loss."),
        };
    }

    /// <summary>Spearman's correlation of cosines and scores.</summary>
    public override double Metric(Tensor vectors, TrainingBatch batch, Tensor? targets)
    {
        using var scope = NewDisposeScope();
        var cosines = nn.functional.cosine_similarity(vectors.narrow(0, 0, batch.Rows), vectors.narrow(0, batch.Rows, batch.Rows), 1);
        return Correlation.Spearman(Array.ConvertAll(cosines.cpu().data<float>().ToArray(), c => (double)c), Array.ConvertAll(batch.Scores!, c => (double)c));
    }

    /// <inheritdoc/>
    public override string MetricName => "Spearman";

    /// <summary>ln(1 + Σ exp(scale (sim_i - sim_j))) over all rows i, j where i should be less alike than j.</summary>
    private Tensor Ranked(Tensor similarities, Tensor scores)
    {
        var scaled = similarities.Times(Scale);
        var differences = scaled.unsqueeze(1) - scaled.unsqueeze(0); // [i, j]
        var wrong = differences.Filled(scores.unsqueeze(1).lt(scores.unsqueeze(0)).logical_not(), float.NegativeInfinity);
        return cat([zeros(1, device: scaled.device), wrong.flatten()]).logsumexp(0);
    }

    /// <summary>How far apart two vectors are as complex numbers: |Σ of both parts of a / b, of length 1|. Source: AnglE, arXiv 2309.12871.</summary>
    private static Tensor Angle(Tensor x, Tensor y)
    {
        var half = x.shape[1] / 2;
        var (a, b) = (x.narrow(1, 0, half), x.narrow(1, half, half));
        var (c, d) = (y.narrow(1, 0, half), y.narrow(1, half, half));
        var length = a.Squared().Plus(b.Squared()).sum(1, true).sqrt() * c.Squared().Plus(d.Squared()).sum(1, true).sqrt();
        return cat([(a * c).Plus(b * d) / length, ((b * c) - (a * d)) / length], 1).sum(1).abs();
    }
}
