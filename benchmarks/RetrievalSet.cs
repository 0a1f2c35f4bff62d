using System.IO.Compression;
using System.Text.Json;
using ML.Extensions.Evaluation;

namespace ML.Extensions.Benchmarks;

/// <summary>Documents, queries and which document answers which query.</summary>
internal sealed record RetrievalSet(
    string Name,
    IReadOnlyList<string> DocumentIds,
    IReadOnlyList<string> Documents,
    IReadOnlyList<string> QueryIds,
    IReadOnlyList<string> Queries,
    IReadOnlyList<IReadOnlySet<int>> Relevant)
{
    /// <summary>The sets that can be loaded.</summary>
    public static IReadOnlyList<string> Names { get; } = ["qmsum", "squality", "squality-summaries", "scifact", "nq"];

    /// <summary>Place of each document's answer, 0 to 1; null where it is not known.</summary>
    public IReadOnlyList<double>? Depths { get; init; }

    /// <summary>Reads a set: qmsum's train and val parts (LongEmbed's choice), squality's questions or summaries, scifact's test queries, nq's questions.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <param name="folder">Folder of the data, with retrieval/NAME in it.</param>
    /// <param name="documents">Leading documents kept, with their queries; 0 keeps all.</param>
    /// <param name="split">Queries of this split only; empty means the set's usual ones.</param>
    public static RetrievalSet Load(string name, string folder, int documents, string split = "")
    {
        if (!Names.Contains(name))
            throw new ArgumentException($"No set is named '{name}'. There are: {string.Join(", ", Names)}.");
        var set = Path.Combine(folder, "retrieval", name switch { "nq" => "nq_oracle", "squality-summaries" => "squality", _ => name });
        var suffix = name == "squality" ? "_questions" : "";
        var corpus = Read(set, "corpus").Where(l => name != "qmsum" || Text(l, "split") != "test").Take(documents > 0 ? documents : int.MaxValue).ToArray();
        var answers = Read(set, "qrels" + suffix).ToLookup(l => Text(l, "qid"), l => Text(l, "doc_id"), StringComparer.Ordinal);
        var queries = Read(set, "queries" + suffix).ToArray();
        if (name == "scifact" && split.Length == 0)
            split = "test";
        if (split.Length > 0)
            queries = OfSplit(name, split, queries, answers, corpus);
        // scifact's text begins with its title
        return From(
            name, corpus.Select(l => (Text(l, "doc_id"), Text(l, "text"))), queries.Select(q => (Text(q, "qid"), Text(q, "text"))), q => answers[q]);
    }

    /// <summary>Makes a set; queries without an answer among the documents are left out.</summary>
    public static RetrievalSet From(
        string name, IEnumerable<(string Id, string Text)> corpus, IEnumerable<(string Id, string Text)> queries, Func<string, IEnumerable<string>> answers)
    {
        var documents = corpus.ToArray();
        var places = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var (i, (id, _)) in documents.Index())
        {
            if (!places.TryAdd(id, i))
                throw new ArgumentException($"{name}: the document '{id}' stands there twice.");
        }

        var kept = queries.Select(q => (q.Id, q.Text, Found: answers(q.Id).Where(places.ContainsKey).Select(d => places[d]).ToHashSet()))
            .Where(q => q.Found.Count > 0).ToArray();
        return new(
            name, [.. documents.Select(d => d.Id)], [.. documents.Select(d => d.Text)],
            [.. kept.Select(q => q.Id)], [.. kept.Select(q => q.Text)], [.. kept.Select(q => q.Found)]);
    }

    /// <summary>The judgements, each of grade 1.</summary>
    public JudgementTable Judgements()
    {
        var table = new JudgementTable();
        for (var q = 0; q < Queries.Count; q++)
        {
            foreach (var d in Relevant[q])
                table.Add(QueryIds[q], DocumentIds[d], 1, Depths?[d]);
        }

        return table;
    }

    // A query without a split of its own belongs to its document's.
    private static JsonElement[] OfSplit(
        string name, string split, JsonElement[] queries, ILookup<string, string> answers, JsonElement[] corpus)
    {
        var splits = corpus.ToDictionary(l => Text(l, "doc_id"), l => Text(l, "split"), StringComparer.Ordinal);
        string Of(JsonElement query) => Text(query, "split") is { Length: > 0 } own
            ? own : answers[Text(query, "qid")].Select(d => splits.GetValueOrDefault(d, "")).FirstOrDefault("");
        var kept = queries.Where(q => Of(q) == split).ToArray();
        return kept.Length > 0
            ? kept
            : throw new ArgumentException($"{name} has no queries of a split '{split}'. There are: {string.Join(", ", queries.Select(Of).Where(s => s.Length > 0).Distinct())}.");
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
