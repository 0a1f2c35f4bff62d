using System.Globalization;

namespace ML.Extensions.Evaluation;

/// <summary>How well similarities of pairs agree with people's scores (semantic textual similarity).</summary>
public sealed class SimilarityMetrics
{
    private readonly double[] _similarities;
    private readonly double[] _scores;

    internal SimilarityMetrics(double[] similarities, double[] scores)
    {
        (_similarities, _scores) = (similarities, scores);
        Pearson = Correlation.Pearson(similarities, scores);
        Spearman = Correlation.Spearman(similarities, scores);
    }

    /// <summary>Pairs.</summary>
    public int Count => _scores.Length;

    /// <summary>Pearson's r between similarity and score, -1 to 1; NaN if either is constant.</summary>
    public double Pearson { get; }

    /// <summary>Standard error of r, (1 - r²) / √(n - 3); NaN for fewer than four pairs.</summary>
    public double PearsonStandardError => Error(Pearson, 1);

    /// <summary>Spearman's ρ between similarity and score, -1 to 1, the usual headline; equal values share the mean of their ranks. NaN if either is constant.</summary>
    public double Spearman { get; }

    /// <summary>Standard error of ρ, (1 - ρ²) · √((1 + ρ²/2) / (n - 3)) (Bonett &amp; Wright, Psychometrika 65, 2000); NaN for fewer than four pairs.</summary>
    public double SpearmanStandardError => Error(Spearman, 1 + (Spearman * Spearman / 2));

    /// <summary>Similarity of each pair, in the order of the data.</summary>
    public IReadOnlyList<double> Similarities => _similarities;

    /// <summary>Paired bootstrap over the pairs of texts: the difference of Spearman's ρ.</summary>
    /// <param name="other">Another result on the same rows in the same order.</param>
    /// <param name="resamples">Draws of as many pairs, with replacement.</param>
    /// <param name="seed">Seed of the draws.</param>
    /// <exception cref="ArgumentException">The two results have different rows.</exception>
    public PairedDifference CompareTo(SimilarityMetrics other, int resamples = 1_000, int seed = 1)
    {
        ArgumentNullException.ThrowIfNull(other);
        if (other.Count != Count)
            throw new ArgumentException($"The other result has {other.Count} pairs, this one {Count}. Compare results on the same rows.", nameof(other));
        for (var i = 0; i < Count; i++)
        {
            if (_scores[i] != other._scores[i])
                throw new ArgumentException(string.Create(CultureInfo.InvariantCulture, $"Row {i} has the score {other._scores[i]} in the other result and {_scores[i]} in this one. Compare results on the same rows."), nameof(other));
        }

        return PairedBootstrap.Of(
            Count,
            draw =>
            {
                var scores = Correlation.Ranks(Drawn(_scores, draw));
                return Correlation.Pearson(Correlation.Ranks(Drawn(_similarities, draw)), scores)
                    - Correlation.Pearson(Correlation.Ranks(Drawn(other._similarities, draw)), scores);
            },
            resamples,
            seed);

        static double[] Drawn(double[] values, int[] draw) => Array.ConvertAll(draw, i => values[i]);
    }

    /// <summary>Both coefficients.</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"Spearman {Spearman:F3} ± {SpearmanStandardError:F3}, Pearson {Pearson:F3} ± {PearsonStandardError:F3}, {Count} pairs");

    private double Error(double r, double factor) => Count < 4 ? double.NaN : (1 - (r * r)) * Math.Sqrt(factor / (Count - 3));
}
