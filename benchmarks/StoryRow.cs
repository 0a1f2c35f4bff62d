using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>A question about a story, or a sentence of its summary, and a stretch of that story, or all of it.</summary>
internal sealed record StoryRow(string Query, string Passage, string Story)
{
    /// <summary>Words of a stretch: about the model's window.</summary>
    private const int Words = 380;

    /// <summary>Rows of the stories of both sets, one in two with a question; a step's neighbours are of different stories, as far as there are enough.</summary>
    /// <param name="questions">Questions and stories.</param>
    /// <param name="summaries">Summaries and the same stories.</param>
    /// <param name="count">Rows.</param>
    /// <param name="seed">Decides sentences, stretches and order.</param>
    /// <param name="whole">Whether passages are whole stories.</param>
    public static IReadOnlyList<StoryRow> Of(RetrievalSet questions, RetrievalSet summaries, int count, int seed, bool whole = false)
    {
        var random = new Random(seed);
        var stories = questions.Relevant.Select(r => r.First()).Distinct().ToArray();
        var words = stories.ToDictionary(s => s, s => questions.Documents[s].Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries));
        var asked = Queries(questions, q => [q]);
        var told = Queries(summaries, Sentences);
        var rows = new List<StoryRow>(count);
        while (rows.Count < count)
        {
            random.Shuffle(stories);
            foreach (var story in stories.Take(count - rows.Count))
            {
                var from = random.Next(2) == 0 ? asked[story] : told[story];
                var start = random.Next(Math.Max(1, words[story].Length - Words));
                var passage = whole ? questions.Documents[story] : string.Join(' ', words[story].Skip(start).Take(Words));
                rows.Add(new(from[random.Next(from.Count)], passage, story.ToString(CultureInfo.InvariantCulture)));
            }
        }

        return rows;
    }

    private static Dictionary<int, List<string>> Queries(RetrievalSet set, Func<string, IEnumerable<string>> parts) =>
        set.Queries.Index().GroupBy(q => set.Relevant[q.Index].First()).ToDictionary(g => g.Key, g => g.SelectMany(q => parts(q.Item)).ToList());

    private static IEnumerable<string> Sentences(string summary) =>
        summary.Split(". ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries).Where(s => s.Length is >= 40 and <= 400);
}
