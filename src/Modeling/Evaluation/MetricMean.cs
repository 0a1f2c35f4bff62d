using System.Globalization;

namespace ML.Extensions.Evaluation;

/// <summary>Mean of a measure over queries.</summary>
/// <param name="Value">The mean; NaN if there is no query.</param>
/// <param name="StandardError">Sample standard deviation (n - 1) by √n; NaN for fewer than two queries.</param>
/// <param name="Count">Queries, n.</param>
public readonly record struct MetricMean(double Value, double StandardError, int Count)
{
    /// <summary>Value and standard error, as in "0.412 ± 0.013".</summary>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Value:F3} ± {StandardError:F3}");

    internal static MetricMean Of(IReadOnlyCollection<double> values)
    {
        var n = values.Count;
        if (n == 0)
            return new(double.NaN, double.NaN, 0);
        var mean = values.Sum() / n;
        var squares = values.Sum(v => (v - mean) * (v - mean));
        return new(mean, n < 2 ? double.NaN : Math.Sqrt(squares / (n - 1) / n), n);
    }
}
