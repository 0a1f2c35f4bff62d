using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ML.Extensions.Search;

namespace ML.Extensions.Benchmarks;

/// <summary>Real text: the SDK's own API documentation, and English abstracts, articles and meetings where the data stands.</summary>
internal static class TokenizerTexts
{
    /// <summary>About this many bytes, half of each source; all documentation if there is no data.</summary>
    public static string[] Load(string data, int bytes)
    {
        string[] sources = [.. ((string[])["scifact/corpus", "nq_oracle/corpus", "qmsum/corpus"])
            .Select(s => Path.Combine(data, "retrieval", s + ".jsonl.gz")).Where(File.Exists)];
        if (sources.Length == 0)
            Console.WriteLine($"no texts in {data}; the SDK's API documentation alone");
        var half = sources.Length > 0 ? bytes / 2 : bytes;
        var texts = Take(ApiDocumentation.ReadSdk(all: true).Select(d => d.Text), half).ToList();
        foreach (var source in sources)
            texts.AddRange(Take(Read(source), half / sources.Length));
        var random = new Random(1);
        return [.. texts.OrderBy(_ => random.Next())];
    }

    private static IEnumerable<string> Take(IEnumerable<string> texts, int bytes)
    {
        foreach (var text in texts)
        {
            if (bytes <= 0)
                yield break;
            bytes -= Encoding.UTF8.GetByteCount(text);
            yield return text;
        }
    }

    private static IEnumerable<string> Read(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            yield return json.RootElement.GetProperty("text").GetString()!;
        }
    }
}
