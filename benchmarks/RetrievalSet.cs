using System.IO.Compression;
using System.Text.Json;

namespace ML.Extensions.Benchmarks;

/// <summary>Documents, queries and which document answers which query.</summary>
internal sealed record RetrievalSet(
    string Name, IReadOnlyList<string> Documents, IReadOnlyList<string> Queries, IReadOnlyList<IReadOnlySet<int>> Relevant)
{
    /// <summary>The sets that can be loaded, with the split of their queries.</summary>
    public static IReadOnlyList<string> Names { get; } = ["qmsum", "squality", "scifact"];

    /// <summary>Reads a set: qmsum's train and val parts (LongEmbed's choice), squality's questions, scifact's test queries.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">Folder of the data, with retrieval/NAME in it.</param>
    /// <param name="documents">Leading documents kept, with their queries; 0 keeps all.</param>
    public static RetrievalSet Load(string name, string folder, int documents)
    {
        if (!Names.Contains(name))
            throw new ArgumentException($"No set is named '{name}'. There are: {string.Join(", ", Names)}.");
        var set = Path.Combine(folder, "retrieval", name);
        var suffix = name == "squality" ? "_questions" : "";
        var texts = new List<string>();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var line in Read(set, "corpus"))
        {
            if ((name == "qmsum" && Text(line, "split") == "test") || (documents > 0 && texts.Count == documents))
                continue;
            places.Add(Text(line, "doc_id"), texts.Count);
            texts.Add(Text(line, "text")); // scifact's text begins with its title
        }

        var answers = Read(set, "qrels" + suffix).ToLookup(l => Text(l, "qid"), l => Text(l, "doc_id"), StringComparer.Ordinal);
        var queries = new List<string>();
        var relevant = new List<IReadOnlySet<int>>();
        foreach (var line in Read(set, "queries" + suffix))
        {
            if (name == "scifact" && Text(line, "split") != "test")
                continue;
            var found = answers[Text(line, "qid")].Where(places.ContainsKey).Select(d => places[d]).ToHashSet();
            if (found.Count == 0)
                continue;
            queries.Add(Text(line, "text"));
            relevant.Add(found);
        }

        return new(name, texts, queries, relevant);
    }

    private static IEnumerable<JsonElement> Read(string folder, string file)
    {
        var path = Path.Combine(folder, file + ".jsonl.gz");
        if (!File.Exists(path))
            throw new ArgumentException($"{path} is missing; --data names the folder that holds retrieval/.");
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return JsonSerializer.Deserialize<JsonElement>(line);
    }

    private static string Text(JsonElement line, string key) =>
        line.TryGetProperty(key, out var value) ? value.GetString() ?? "" : "";
}
