using System.Diagnostics;
using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>Runs rivals in turn, so that what else the machine does hits all; keeps every round's time.</summary>
internal sealed class Interleaved(string title, int rounds, int repeats)
{
    private readonly List<(string Name, Action Run)> _rivals = [];
    private readonly Dictionary<string, double[]> _seconds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, double[]> _processor = new(StringComparer.Ordinal);

    /// <summary>Adds a rival; the first is the one that ratios divide by.</summary>
    public void Add(string name, Action run) => _rivals.Add((name, run));

    /// <summary>A warm-up, then the rounds; each starts with another rival.</summary>
    public void Measure()
    {
        foreach (var (name, run) in _rivals)
        {
            run();
            (_seconds[name], _processor[name]) = (new double[rounds], new double[rounds]);
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var r = 0; r < _rivals.Count; r++)
            {
                var (name, run) = _rivals[(r + round) % _rivals.Count];
                var (start, used) = (Stopwatch.GetTimestamp(), ProcessorSeconds());
                for (var i = 0; i < repeats; i++)
                    run();
                _seconds[name][round] = Stopwatch.GetElapsedTime(start).TotalSeconds / repeats;
                _processor[name][round] = (ProcessorSeconds() - used) / repeats;
            }
        }

        foreach (var (name, times) in _seconds)
            Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{title,-9}{name,-12} median {1e3 * Median(times),9:F2} ms, least {1e3 * times.Min(),9:F2}; processor {1e3 * Median(_processor[name]),9:F2}; rounds {string.Join(' ', times.Select(t => (1e3 * t).ToString("F1", CultureInfo.InvariantCulture)))}"));
    }

    /// <summary>How many times faster <paramref name="fast"/> is: median over the rounds of each round's own ratio.</summary>
    public double Speedup(string fast, string slow) => Median([.. _seconds[slow].Zip(_seconds[fast], (s, f) => s / f)]);

    /// <summary>Median seconds of a rival.</summary>
    public double Seconds(string name) => Median(_seconds[name]);

    /// <summary>The same in processor time of the process: what a busy machine does not change.</summary>
    public double ProcessorSpeedup(string fast, string slow) => Median(_processor[slow]) / Median(_processor[fast]);

    private static double ProcessorSeconds()
    {
        using var process = Process.GetCurrentProcess();
        return process.TotalProcessorTime.TotalSeconds;
    }

    private static double Median(double[] values)
    {
        var sorted = values.Order().ToArray();
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}
