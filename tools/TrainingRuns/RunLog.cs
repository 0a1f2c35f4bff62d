using System.Globalization;

namespace ML.Extensions.TrainingRuns;

/// <summary>The log of a run: standard output.</summary>
internal static class RunLog
{
    /// <summary>Writes a line with the time.</summary>
    public static void Write(string line)
    {
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{DateTime.UtcNow:HH:mm:ss} {line}"));
        Console.Out.Flush();
    }
}
