namespace ML.Extensions.Benchmarks;

/// <summary>
/// Documents of repeated filler, each with one person's pass key on a line of its own at a random sentence boundary.
/// Source: LongEmbed, arXiv 2404.12096, section 3.2; names and keys are our own.
/// </summary>
/// <param name="Documents">At most 0.75 words a token of the wanted length.</param>
/// <param name="Names">Name in each document, none twice.</param>
/// <param name="Needles">The line that holds the name and its key.</param>
/// <param name="Depths">Place of the needle in each document, 0 to 1.</param>
internal sealed record PasskeySet(
    IReadOnlyList<string> Documents, IReadOnlyList<string> Names, IReadOnlyList<string> Needles, IReadOnlyList<double> Depths)
{
    private static readonly string[] Filler =
        ["The grass is green.", "The sky is blue.", "The sun is yellow.", "Here we go.", "There and back again."];

    private static readonly string[] FirstNames =
    [
        "Adela", "Boris", "Carmen", "Dieter", "Elif", "Farid", "Greta", "Hector", "Ingrid", "Jonas",
        "Katya", "Lorenzo", "Mirela", "Nikos", "Olga", "Pavel", "Quentin", "Rosa", "Stefan", "Tamara",
    ];

    private static readonly string[] LastNames =
    [
        "Abbott", "Bergman", "Castillo", "Dvorak", "Eriksen", "Fontaine", "Goldberg", "Hoffman", "Ivanov", "Jensen",
        "Kowalski", "Lindgren", "Moreno", "Novak", "Oliveira", "Petrov", "Quinn", "Rossi", "Schneider", "Tanaka",
    ];

    /// <summary>The question for a name.</summary>
    public static string Query(string name) => $"what is the pass key for {name}?";

    /// <summary>Makes documents; the same seed makes the same ones.</summary>
    /// <param name="tokens">Length of a document, at 0.75 words a token.</param>
    /// <param name="documents">How many.</param>
    /// <param name="seed">Decides names, keys and places.</param>
    /// <param name="part">Needles stand in this first part of their documents; 1 is anywhere.</param>
    public static PasskeySet Create(int tokens, int documents, int seed, double part = 1)
    {
        if (documents > FirstNames.Length * LastNames.Length)
            throw new ArgumentException($"{documents} documents need more than the {FirstNames.Length * LastNames.Length} names there are.");
        var random = new Random(seed);
        var people = Enumerable.Range(0, FirstNames.Length * LastNames.Length).ToArray();
        random.Shuffle(people);
        var names = people.Take(documents).Select(p => $"{FirstNames[p % FirstNames.Length]} {LastNames[p / FirstNames.Length]}").ToArray();
        var needles = names.Select(name => Needle(name, random.Next(10_000, 100_000))).ToArray();
        var made = needles.Select(n => Document(n, SyntheticDocument.MaxWords(tokens), part, random)).ToArray();
        return new([.. made.Select(d => d.Text)], names, needles, [.. made.Select(d => d.Depth)]);
    }

    private static string Needle(string name, int key) =>
        $"{name}'s pass key is {key}. Remember it. {key} is the pass key for {name}.";

    private static SyntheticDocument Document(string needle, int maxWords, double part, Random random)
    {
        var left = maxWords - SyntheticDocument.Words(needle);
        if (left < 0)
            throw new ArgumentException($"A pass key needs {SyntheticDocument.Words(needle)} words, the length leaves {maxWords}.");
        var sentences = new List<string>();
        for (var i = 0; (left -= SyntheticDocument.Words(Filler[i % Filler.Length])) >= 0; i++)
            sentences.Add(Filler[i % Filler.Length]);
        return SyntheticDocument.Hide(sentences, needle, part, random);
    }
}
