using System.Globalization;
using System.Text.RegularExpressions;

namespace ML.Extensions.DefaultModel.Facts;

/// <summary>Fills the slots of one fact; a slot that stands twice gets one value.</summary>
internal sealed partial class FactSlots(Random random)
{
    private readonly Dictionary<string, string> _values = new(StringComparer.Ordinal);

    /// <summary>A text with its slots filled.</summary>
    /// <exception cref="ArgumentException">A slot is unknown.</exception>
    public string Fill(string text)
    {
        var filled = Slot().Replace(text, m =>
        {
            var name = m.Groups[1].Value;
            return _values.TryGetValue(name, out var known) ? known : _values[name] = Value(name.TrimEnd('2'));
        });
        return Article().Replace(filled, "$1n $2");
    }

    private string Value(string slot) => slot switch
    {
        "who" => random.Next(3) == 0 ? $"{Invented(true)} {Invented(true)}" : $"{Pick(FactWords.First)} {(random.Next(4) == 0 ? Invented(true) : Pick(FactWords.Last))}",
        "firm" => random.Next(2) == 0 ? $"{Invented(true)} {Pick(FactWords.Firms)}" : $"{Pick(FactWords.Last)} {Pick(FactWords.Firms)}",
        "place" => Invented(true) + Pick(["", "", "", "by", "dale", "field", "ford", "ham", "mouth", "stead", "ton", " Bay", " Hill"]),
        "word" => Invented(false),
        "thing" => Pick(FactWords.Things),
        "goods" => Pick(FactWords.Goods),
        "adjective" => Pick(FactWords.Adjectives),
        "colour" => Pick(FactWords.Colours),
        "vehicle" => Pick(FactWords.Vehicles),
        "job" => Pick(FactWords.Jobs),
        "instrument" => Pick(FactWords.Instruments),
        "tree" => Pick(FactWords.Trees),
        "animal" => Pick(FactWords.Animals),
        "food" => Pick(FactWords.Foods),
        "day" => Pick(FactWords.Days),
        "hour" => $"{random.Next(1, 13)}:{random.Next(0, 12) * 5:00}",
        "year" => Number(1200, 2030),
        "n" => Number(10, random.Next(2) == 0 ? 1_000 : 100_000),
        "m" => Number(1, 100),
        "code" => Code(),
        "option" => $"{Pick(FactWords.Nouns)}{Pick(["Limit", "Timeout", "Size", "Depth", "Interval"])}",
        "api" => $"{Invented(true)}{Pick(FactWords.Nouns)}.{Pick(FactWords.Verbs)}",
        _ => throw new ArgumentException($"Unknown slot '{slot}'."),
    };

    private string Code() => random.Next(4) switch
    {
        0 => Number(1_000, 1_000_000),
        1 => $"{Letter()}{Letter()}-{Number(100, 10_000)}",
        2 => $"{Number(10, 100)}{Letter()}{Number(10, 100)}",
        _ => $"{Letter()}{Number(1, 1_000)}/{Number(1, 100)}",
    };

    private char Letter() => (char)('A' + random.Next(26));

    private string Number(int from, int to) => random.Next(from, to).ToString(CultureInfo.InvariantCulture);

    private string Invented(bool capital)
    {
        var word = string.Concat(Enumerable.Range(0, random.Next(2, 4)).Select(_ => Pick(FactWords.Onsets) + Pick(FactWords.Vowels))) + Pick(FactWords.Codas);
        return capital ? char.ToUpperInvariant(word[0]) + word[1..] : word;
    }

    private string Pick(string[] words) => words[random.Next(words.Length)];

    [GeneratedRegex(@"\{(\w+)\}")]
    private static partial Regex Slot();

    [GeneratedRegex(@"\b([Aa]) ([aeioAEIO])")]
    private static partial Regex Article();
}
