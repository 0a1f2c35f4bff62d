using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>A row for each question, written at once: some words that name it, then numbers. A run that was ended goes on with its file.</summary>
internal sealed class AnswerCsv : IDisposable
{
    private readonly ResumedCsv? _file;
    private readonly Dictionary<string, double[]> _rows = new(StringComparer.Ordinal);

    /// <summary>Begins a file, or goes on with one; a row that was cut short is dropped.</summary>
    /// <param name="path">The file; null keeps rows in memory alone.</param>
    /// <param name="names">Columns of the words.</param>
    /// <param name="numbers">Columns of the numbers.</param>
    /// <exception cref="ArgumentException">The file has other columns.</exception>
    public AnswerCsv(string? path, string names, string numbers)
    {
        if (path is null)
            return;
        var count = numbers.Split(',').Length;
        _file = new(path, $"{names},{numbers}");
        foreach (var fields in _file.Rows)
            _rows[string.Join(',', fields[..^count])] = [.. fields[^count..].Select(f => double.Parse(f, CultureInfo.InvariantCulture))];
    }

    /// <summary>Numbers of a row: those of the file, or new ones, which are written.</summary>
    public double[] Row(IEnumerable<string> words, Func<double[]> measure)
    {
        var key = string.Join(',', words.Select(w => w.Replace(',', ';')));
        if (_rows.TryGetValue(key, out var known))
            return known;
        var numbers = measure();
        _file?.Write($"{key},{string.Join(',', numbers.Select(n => n.ToString("R", CultureInfo.InvariantCulture)))}");
        return _rows[key] = numbers;
    }

    /// <summary>Mean and standard error.</summary>
    public static (double Mean, double Error) Mean(IReadOnlyCollection<double> values)
    {
        var mean = values.Average();
        return (mean, Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / Math.Max(1, values.Count - 1) / values.Count));
    }

    public void Dispose() => _file?.Dispose();
}
