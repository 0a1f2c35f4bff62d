using System.IO.Compression;
using System.Text.Json;

namespace ML.Extensions.Benchmarks;

/// <summary>A corpus as it comes: short questions, claims, abstracts and articles of Natural Questions and SciFact, in no order.</summary>
internal static class MixedTexts
{
    public static string[] Load(string? data, int count)
    {
        var texts = new List<string>();
        if (data is not null && Directory.Exists(Path.Combine(data, "retrieval", "scifact")))
        {
            foreach (var (file, share) in new[] { ("nq_oracle/queries", 15), ("scifact/queries", 15), ("nq_oracle/corpus", 35), ("scifact/corpus", 35) })
                texts.AddRange(Read(Path.Combine(data, "retrieval", file + ".jsonl.gz")).Take(count * share / 100));
        }
        else
        {
            var packs = Path.Combine(Path.GetDirectoryName(Environment.ProcessPath) ?? "", "packs");
            packs = Directory.Exists(packs) ? packs : "/usr/share/dotnet/packs";
            var lines = Directory.EnumerateFiles(packs, "System.Collections*.xml", SearchOption.AllDirectories).SelectMany(File.ReadLines).Where(l => l.Length > 40);
            texts.AddRange(lines.Chunk(7).Select((c, i) => string.Join(' ', c.Take(1 + (i % 7)))).Take(count));
        }

        var random = new Random(1);
        return [.. texts.OrderBy(_ => random.Next())];
    }

    private static IEnumerable<string> Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return JsonSerializer.Deserialize<JsonElement>(line).GetProperty("text").GetString()!;
    }
}
