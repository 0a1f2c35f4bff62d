using System.IO.Compression;
using System.Text.Json;

namespace ML.Extensions.Benchmarks;

/// <summary>Rows of a .jsonl or .jsonl.gz file: texts, or numbers as texts.</summary>
internal static class JsonlRows
{
    /// <summary>The values of some keys, line by line.</summary>
    public static IEnumerable<string[]> Read(string path, params string[] keys)
    {
        using Stream file = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        for (var number = 1; reader.ReadLine() is { } line; number++)
        {
            if (line.Length > 0)
                yield return Values(path, number, line, keys);
        }
    }

    private static string[] Values(string path, int number, string line, string[] keys)
    {
        try
        {
            var row = JsonSerializer.Deserialize<JsonElement>(line);
            return Array.ConvertAll(keys, key => row.ValueKind == JsonValueKind.Object && row.TryGetProperty(key, out var value)
                ? value.ValueKind switch
                {
                    JsonValueKind.String => value.GetString()!,
                    JsonValueKind.Number => value.GetRawText(),
                    _ => throw new ArgumentException($"{path}, line {number}: '{key}' is {value.ValueKind}; a string or number is needed."),
                }
                : throw new ArgumentException($"{path}, line {number}: there is no '{key}'."));
        }
        catch (JsonException e)
        {
            throw new ArgumentException($"{path}, line {number} is no JSON: {e.Message}", e);
        }
    }
}
