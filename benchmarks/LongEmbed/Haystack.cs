using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ML.Extensions.Benchmarks;

/// <summary>Essays as sentences, to hide needles in. They are read at run time; the benchmark ships none.</summary>
internal sealed partial class Haystack
{
    private readonly string[] _sentences;
    private readonly int[] _words;

    /// <summary>Takes texts in order.</summary>
    public Haystack(IEnumerable<string> texts)
    {
        _sentences = [.. texts.SelectMany(t => SentenceEnd().Split(t)).Select(s => Blanks().Replace(s, " ").Trim()).Where(s => s.Length > 0)];
        _words = [.. _sentences.Select(SyntheticDocument.Words)];
        if (_sentences.Length == 0)
            throw new ArgumentException("The haystack holds no text.");
    }

    /// <summary>Reads a folder of .txt files, by name, or a .jsonl or .jsonl.gz file whose objects have a "text".</summary>
    public static Haystack Load(string path)
    {
        if (Directory.Exists(path))
        {
            var files = Directory.GetFiles(path, "*.txt").Order(StringComparer.Ordinal).ToArray();
            return files.Length > 0 ? new(files.Select(File.ReadAllText)) : throw new ArgumentException($"{path} holds no .txt files.");
        }

        if (!File.Exists(path))
            throw new ArgumentException($"{path} is missing; --haystack names a folder of .txt files, or a .jsonl or .jsonl.gz file with \"text\".");
        using Stream file = File.OpenRead(path);
        using var reader = new StreamReader(path.EndsWith(".gz", StringComparison.Ordinal) ? new GZipStream(file, CompressionMode.Decompress) : file);
        var texts = new List<string>();
        while (reader.ReadLine() is { } line)
            texts.Add(JsonSerializer.Deserialize<JsonElement>(line).GetProperty("text").GetString()!);
        return new(texts);
    }

    /// <summary>Whole sentences in order from a random one on, around the end if need be, at most so many words.</summary>
    public IReadOnlyList<string> Take(int words, Random random)
    {
        var taken = new List<string>();
        for (var i = random.Next(_sentences.Length); (words -= _words[i]) >= 0; i = (i + 1) % _sentences.Length)
            taken.Add(_sentences[i]);
        return taken;
    }

    [GeneratedRegex(@"(?<=[.!?][""')\]]?)\s+|\n\s*\n")]
    private static partial Regex SentenceEnd();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
