using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace ML.Extensions.Benchmarks;

/// <summary>A question of Natural Questions with its gold passage and the best passages of BM25 that hold no answer.</summary>
/// <param name="Question">The question, without its mark.</param>
/// <param name="Answers">Any of them is right.</param>
/// <param name="Gold">The passage that answers.</param>
/// <param name="Others">Passages that do not, the best first.</param>
internal sealed partial record GraphKvQuestion(string Question, string[] Answers, string Gold, string[] Others)
{
    /// <summary>Reads a number of questions, spread over the set.</summary>
    public static IReadOnlyList<GraphKvQuestion> Load(string data, int count, int others)
    {
        var folder = Path.Combine(data, "retrieval", "nq_oracle");
        (string Id, string Text)[] corpus = [.. Read(folder, "corpus").Select(d => (Text(d, "doc_id"), Text(d, "text")))];
        var places = corpus.Index().ToDictionary(d => d.Item.Id, d => d.Index, StringComparer.Ordinal);
        var gold = Read(folder, "qrels").ToLookup(r => Text(r, "qid"), r => places[Text(r, "doc_id")], StringComparer.Ordinal);
        var index = new Bm25([.. corpus.Select(d => d.Text)]);
        var queries = Read(folder, "queries").ToArray();
        return [.. Enumerable.Range(0, count).Select(n => Of(queries[n * queries.Length / count], corpus, gold, index, others))];
    }

    /// <summary>Lower case, without punctuation and articles, as SQuAD's measure has it.</summary>
    public static string Normalized(string text) =>
        string.Join(' ', Articles().Replace(Marks().Replace(text.ToLowerInvariant(), ""), " ").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));

    private static GraphKvQuestion Of(JsonElement query, (string Id, string Text)[] corpus, ILookup<string, int> gold, Bm25 index, int others)
    {
        var text = Text(query, "text");
        string[] answers = [.. query.GetProperty("answers").EnumerateArray().Select(a => a.GetString()!)];
        var right = gold[Text(query, "qid")].First();
        string[] wanted = [.. answers.Select(Normalized)];
        var best = index.Score(text).Index().OrderByDescending(s => s.Item).Select(s => s.Index)
            .Where(d => d != right && Normalized(corpus[d].Text) is var passage && !wanted.Any(passage.Contains)).Take(others);
        return new(text, answers, corpus[right].Text, [.. best.Select(d => corpus[d].Text)]);
    }

    private static string Text(JsonElement json, string key) => json.GetProperty(key).GetString()!;

    private static IEnumerable<JsonElement> Read(string folder, string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, name + ".jsonl.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return JsonSerializer.Deserialize<JsonElement>(line);
    }

    [GeneratedRegex(@"\p{P}")]
    private static partial Regex Marks();

    [GeneratedRegex(@"\b(a|an|the)\b")]
    private static partial Regex Articles();
}
