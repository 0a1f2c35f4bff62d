using System.Globalization;

namespace ML.Extensions.Benchmarks;

/// <summary>Makes LongEmbed's two synthetic tasks: documents that differ in one hidden line, and questions for the first of them.</summary>
internal static class SyntheticSet
{
    /// <summary>Passkey: the filler and wording of the paper, our own names and keys.</summary>
    public static RetrievalSet Passkey(int tokens, int documents, int queries, LongEmbedDraw draw)
    {
        var set = PasskeySet.Create(tokens, documents, draw.Seed, draw.Part);
        return Make("passkey", draw, set.Documents, set.Depths, [.. set.Names.Take(queries).Select(PasskeySet.Query)]);
    }

    /// <summary>
    /// Needle: each document is the same stretch of essays with one of our facts in it (gkamradt's needle in a haystack, as
    /// LongEmbed uses it); which stretch and which facts, the draw decides.
    /// </summary>
    public static RetrievalSet Needle(Haystack haystack, int tokens, int documents, int queries, LongEmbedDraw draw)
    {
        if (documents > NeedleFacts.All.Count)
            throw new ArgumentException($"{documents} documents need more than the {NeedleFacts.All.Count} facts there are.");
        var random = new Random(draw.Seed);
        var facts = NeedleFacts.All.ToArray();
        random.Shuffle(facts);
        facts = facts[..documents];
        var filler = haystack.Take(SyntheticDocument.MaxWords(tokens) - facts.Max(f => SyntheticDocument.Words(f.Text)), random);
        var made = facts.Select(f => SyntheticDocument.Hide(filler, f.Text, draw.Part, random)).ToArray();
        return Make("needle", draw, [.. made.Select(d => d.Text)], [.. made.Select(d => d.Depth)], [.. facts.Take(queries).Select(f => f.Question)]);
    }

    private static RetrievalSet Make(string name, LongEmbedDraw draw, IReadOnlyList<string> documents, IReadOnlyList<double> depths, IReadOnlyList<string> queries) => new(
        name,
        [.. documents.Select((_, i) => Id('d', i))],
        documents,
        [.. queries.Select((_, i) => $"{draw}/{Id('q', i)}")],
        queries,
        [.. queries.Select((_, i) => (IReadOnlySet<int>)new HashSet<int> { i })])
    {
        Depths = depths,
    };

    private static string Id(char kind, int i) => kind + i.ToString("D4", CultureInfo.InvariantCulture);
}
