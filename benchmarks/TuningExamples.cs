using System.IO.Compression;
using System.Text.Json;
using ML.Extensions.GraphKv;

namespace ML.Extensions.Benchmarks;

/// <summary>
/// Questions over segments to tune by: SQuAD's paragraphs, each with some of its own questions, among other paragraphs that hold no
/// answer; MuSiQue's with the paragraphs that support the answer. The place of what is needed is chance.
/// </summary>
/// <param name="prompt">Makes ids.</param>
/// <param name="end">Id behind each answer.</param>
/// <param name="passages">Passages of an example.</param>
internal sealed class TuningExamples(PromptTokens prompt, int end, int passages)
{
    private const int QuestionsAtOnce = 8, MostSegmentTokens = 220;

    /// <summary>SQuAD's examples, one for each paragraph that has answerable questions.</summary>
    /// <param name="data">Folder of the data.</param>
    /// <param name="seed">Decides what is chance.</param>
    /// <param name="hard">Whether the other paragraphs are those that BM25 ranks best for the questions, instead of any.</param>
    public IEnumerable<AnswerExample> Squad(string data, int seed, bool hard)
    {
        var random = new Random(seed);
        var folder = Path.Combine(data, "qa");
        (string Id, string Text)[] contexts = [.. Read(folder, "squad2_dev_contexts").Select(c => (Text(c, "context_id"), Text(c, "context")))];
        var asked = Read(folder, "squad2_dev_questions").Where(q => !q.GetProperty("is_impossible").GetBoolean()).ToLookup(q => Text(q, "context_id"), StringComparer.Ordinal);
        random.Shuffle(contexts);
        var index = hard ? new Bm25([.. contexts.Select(c => c.Text)]) : null;
        foreach (var (id, text) in contexts)
        {
            var questions = asked[id].ToArray();
            random.Shuffle(questions);
            (string Question, string Answer)[] chosen = [.. questions.Take(QuestionsAtOnce).Select(q => (Text(q, "question"), Text(q.GetProperty("answers")[0], "text")))];
            if (chosen.Length == 0)
                continue;
            var candidates = index is null
                ? Enumerable.Repeat(0, 1_000).Select(_ => random.Next(contexts.Length))
                : Interleaved([.. chosen.Select(c => index.Score(c.Question).Index().OrderByDescending(s => s.Item).Select(s => s.Index).Take(100).ToArray())]);
            var others = candidates.Select(c => contexts[c].Text)
                .Where(t => t != text && !chosen.Any(c => t.Contains(c.Answer, StringComparison.OrdinalIgnoreCase))).Distinct().Take(passages - 1);
            yield return Example([text], [.. others], chosen, random);
        }
    }

    /// <summary>MuSiQue's examples.</summary>
    public IEnumerable<AnswerExample> MuSiQue(string data, int seed)
    {
        var random = new Random(seed);
        foreach (var row in Read(Path.Combine(data, "qa"), "musique_train_100"))
        {
            var paragraphs = row.GetProperty("paragraphs").EnumerateArray().ToLookup(p => p.GetProperty("is_supporting").GetBoolean(), p => $"{Text(p, "title")}. {Text(p, "paragraph_text")}");
            string[] needed = [.. paragraphs[true]];
            yield return Example(needed, [.. paragraphs[false].Take(Math.Max(0, passages - needed.Length))], [(Text(row, "question"), Text(row, "answer"))], random);
        }
    }

    /// <summary>CiteSeer's ego graphs with the paper's field as the answer; one in four is the paper alone.</summary>
    /// <param name="papers">The papers.</param>
    /// <param name="most">Most tokens of a paper.</param>
    public IEnumerable<AnswerExample> Citeseer(IEnumerable<CitedPaper> papers, int most) => papers.Select((paper, n) => new AnswerExample(
        [.. GraphKvCiteseer.Texts(n % 4 == 3 ? [] : paper.Cited, paper.Text).Select(t => prompt.SegmentIds(t, most))], [],
        [new(prompt.QuestionIds(GraphKvCiteseer.Question), [.. prompt.AnswerIds(GraphKvCiteseer.Question, $"{GraphKvCiteseer.Lead} {GraphKvCiteseer.Word(paper.Label)}"), end])]));

    private static IEnumerable<int> Interleaved(int[][] rankings) => Enumerable.Range(0, rankings[0].Length).SelectMany(rank => rankings.Select(r => r[rank]));

    private AnswerExample Example(string[] needed, string[] others, (string Question, string Answer)[] questions, Random random)
    {
        string[] texts = [.. needed, .. others];
        random.Shuffle(texts);
        return new(
            [.. texts.Select(t => prompt.SegmentIds(t, MostSegmentTokens))], [],
            [.. questions.Select(q => new AnsweredQuestion(prompt.QuestionIds(q.Question), [.. prompt.AnswerIds(q.Question, "The answer is " + q.Answer), end]))]);
    }

    private static string Text(JsonElement json, string key) => json.GetProperty(key).GetString()!;

    private static IEnumerable<JsonElement> Read(string folder, string name)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(Path.Combine(folder, name + ".jsonl.gz")), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
            yield return JsonSerializer.Deserialize<JsonElement>(line);
    }
}
