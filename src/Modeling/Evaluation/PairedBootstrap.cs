namespace ML.Extensions.Evaluation;

/// <summary>Resamples pairs with replacement.</summary>
internal static class PairedBootstrap
{
    /// <summary>Difference of means from each pair's difference.</summary>
    public static PairedDifference Of(double[] differences, int resamples, int seed) =>
        Of(differences.Length, draw => differences.Length == 0 ? double.NaN : draw.Sum(i => differences[i]) / draw.Length, resamples, seed);

    /// <summary>Difference of any statistic.</summary>
    /// <param name="count">Pairs.</param>
    /// <param name="difference">The difference on a draw of pairs, given by their indices.</param>
    /// <param name="resamples">Draws, at least 100.</param>
    /// <param name="seed">Seed of the draws.</param>
    public static PairedDifference Of(int count, Func<int[], double> difference, int resamples, int seed)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(resamples, 100);
        if (count == 0)
            throw new ArgumentException("There is nothing to compare: both results are empty.");
        var random = new Random(seed);
        var draw = Enumerable.Range(0, count).ToArray();
        var whole = difference(draw);
        var drawn = new double[resamples];
        for (var r = 0; r < resamples; r++)
        {
            for (var i = 0; i < count; i++)
                draw[i] = random.Next(count);
            drawn[r] = difference(draw);
        }

        Array.Sort(drawn);
        var mean = drawn.Average();
        var spread = Math.Sqrt(drawn.Sum(d => (d - mean) * (d - mean)) / (resamples - 1));
        var beyond = Math.Min(drawn.Count(d => d <= 0), drawn.Count(d => d >= 0));
        return new(whole, spread, Quantile(drawn, 0.025), Quantile(drawn, 0.975), Math.Min(1, 2.0 * (beyond + 1) / (resamples + 1)));
    }

    // Linear between order statistics.
    private static double Quantile(double[] sorted, double q)
    {
        var place = q * (sorted.Length - 1);
        var low = (int)place;
        return low + 1 == sorted.Length ? sorted[low] : sorted[low] + ((place - low) * (sorted[low + 1] - sorted[low]));
    }
}
