using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>The line that a benchmark ends with: RESULT name key=value …</summary>
internal static class ResultLine
{
    public static string Format(string name, params (string Key, object Value)[] fields) =>
        $"RESULT {name} {string.Join(' ', fields.Select(f => $"{f.Key}={Convert.ToString(f.Value, CultureInfo.InvariantCulture)}"))}";

    public static void Write(string name, params (string Key, object Value)[] fields)
    {
        Console.WriteLine(Format(name, fields));
        Console.Out.Flush();
    }
}
