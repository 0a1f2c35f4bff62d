namespace ML.Extensions.Benchmarks;

/// <summary>Size of our own C# files.</summary>
internal static class House
{
    public static int Run(string[] args)
    {
        _ = new Arguments(args);
        var files = Repository.CodeFiles().Select(f => (File: f, Lines: Repository.CountLines(f))).OrderBy(f => f.Lines).ToArray();
        foreach (var (file, lines) in files.Where(f => f.Lines > 400))
            Console.WriteLine($"{lines,5} {file}");
        ResultLine.Write(
            "house",
            ("files", files.Length),
            ("median_lines", Percentile(50)),
            ("p95_lines", Percentile(95)),
            ("over_400", files.Count(f => f.Lines > 400)));
        return 0;

        // Nearest rank: the smallest value that at least p per cent do not exceed.
        int Percentile(int p) => files.Length == 0 ? 0 : files[Math.Max(0, ((files.Length * p) + 99) / 100 - 1)].Lines;
    }
}
