using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>Compares numbers with golden ones; keeps the largest difference and throws beyond a tolerance.</summary>
internal sealed class GoldenCheck
{
    /// <summary>Largest absolute difference so far; null before the first number with a tolerance.</summary>
    public double? Largest { get; private set; }

    /// <summary>Comparisons so far.</summary>
    public int Count { get; private set; }

    /// <summary>Numbers within a tolerance.</summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public void Near(string what, ReadOnlySpan<float> expected, ReadOnlySpan<float> actual, double tolerance)
    {
        if (expected.Length != actual.Length)
            throw new InvalidDataException($"{what}: {actual.Length} numbers, expected {expected.Length}");
        var worst = 0.0;
        for (var i = 0; i < expected.Length; i++)
        {
            var gap = Math.Abs((double)expected[i] - actual[i]);
            worst = Math.Max(worst, double.IsNaN(gap) ? double.PositiveInfinity : gap);
        }

        Count++;
        Largest = Math.Max(Largest ?? 0, worst);
        if (worst > tolerance)
            throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{what}: off by {worst:0.0e+0}, {tolerance:0e+0} is allowed"));
    }

    /// <summary>Equal lists.</summary>
    /// <exception cref="InvalidDataException">They are not.</exception>
    public void Same<T>(string what, IReadOnlyList<T> expected, IReadOnlyList<T> actual)
    {
        Count++;
        if (!expected.SequenceEqual(actual))
            throw new InvalidDataException($"{what}: {Shown(actual)}, expected {Shown(expected)}");
    }

    private static string Shown<T>(IReadOnlyList<T> list) => list.Count <= 12 ? string.Join(' ', list) : string.Join(' ', list.Take(12)) + " …";
}
