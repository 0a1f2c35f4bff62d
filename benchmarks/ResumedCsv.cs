namespace ML.Extensions.Benchmarks;

/// <summary>A CSV file whose lines are written at once, so that a run that was ended goes on with it. A line that a kill cut short is taken off.</summary>
internal sealed class ResumedCsv : IDisposable
{
    private readonly StreamWriter _writer;

    /// <summary>Begins a file, or goes on with one.</summary>
    /// <param name="path">The file.</param>
    /// <param name="header">Its first line.</param>
    /// <exception cref="ArgumentException">The file has other columns.</exception>
    public ResumedCsv(string path, string header)
    {
        var text = File.Exists(path) ? File.ReadAllText(path) : "";
        var whole = text[..(text.LastIndexOf('\n') + 1)];
        var lines = whole.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (lines.Length > 0 && lines[0] != header)
            throw new ArgumentException($"{path} has other columns than this program writes. Name another file, or delete it.");
        Rows = [.. lines.Skip(1).Select(l => l.Split(','))];
        var file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.Read);
        file.SetLength(System.Text.Encoding.UTF8.GetByteCount(whole));
        file.Seek(0, SeekOrigin.End);
        _writer = new(file) { AutoFlush = true };
        if (lines.Length == 0)
            _writer.WriteLine(header);
    }

    /// <summary>The fields of the lines that were there, without the first.</summary>
    public IReadOnlyList<string[]> Rows { get; }

    /// <summary>Appends a line.</summary>
    public void Write(string line) => _writer.WriteLine(line);

    /// <inheritdoc/>
    public void Dispose() => _writer.Dispose();
}
