using System.Globalization;

namespace ML.Extensions.Evaluation;

/// <summary>Difference of two results on the same queries or rows, by a paired bootstrap.</summary>
/// <param name="Difference">This result's value less the other's.</param>
/// <param name="StandardError">Standard deviation of the resampled differences.</param>
/// <param name="Low">2.5 % quantile of the resampled differences.</param>
/// <param name="High">97.5 % quantile.</param>
/// <param name="PValue">
/// Two-sided: twice the smaller share of resampled differences at or beyond 0, counted with one more; at most 1. Small values
/// speak against equality.
/// </param>
/// <remarks>Source: Efron &amp; Tibshirani, An Introduction to the Bootstrap, 1993, chapters 13 and 15; percentile interval.</remarks>
public sealed record PairedDifference(double Difference, double StandardError, double Low, double High, double PValue)
{
    /// <summary>As in "+0.021 (0.004 to 0.038), p 0.013".</summary>
    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"{Difference:+0.000;-0.000} ({Low:F3} to {High:F3}), p {PValue:F3}");
}
