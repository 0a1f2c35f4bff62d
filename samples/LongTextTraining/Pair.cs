using System.Text.Json;
using ML.Extensions.Search;

namespace LongTextTraining;

/// <summary>A question and the passage that answers it.</summary>
internal sealed record Pair(string Text, string Passage)
{
    private static readonly JsonSerializerOptions AnyCase = new() { PropertyNameCaseInsensitive = true };

    /// <summary>The reader's own: jsonl with "text" and "passage", ten lines at least.</summary>
    /// <exception cref="InvalidDataException">A line is no such pair, or there are too few.</exception>
    public static IReadOnlyList<Pair> Read(string path)
    {
        Pair[] pairs = [.. File.ReadLines(path).Index().Where(l => l.Item.Trim().Length > 0).Select(l => Parse(l.Item, $"{path}, line {l.Index + 1}"))];
        return pairs.Length >= 10 ? pairs : throw new InvalidDataException($"{path} has {pairs.Length} pairs; it takes ten to train on some and to hold others out.");
    }

    private static Pair Parse(string line, string place)
    {
        try
        {
            return JsonSerializer.Deserialize<Pair>(line, AnyCase) is { } pair && !string.IsNullOrWhiteSpace(pair.Text) && !string.IsNullOrWhiteSpace(pair.Passage)
                ? pair : throw new InvalidDataException($"{place}: \"text\" or \"passage\" is missing or empty.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"{place}: no JSON object with \"text\" and \"passage\": {e.Message}", e);
        }
    }

    /// <summary>The SDK's API documentation: a type's summary should find the type by what is said of its members.</summary>
    public static IReadOnlyList<Pair> FromSdk()
    {
        var pairs = new List<Pair>();
        foreach (var document in ApiDocumentation.ReadSdk(all: false))
        {
            var lines = document.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            if (lines.Length >= 5 && lines[1].Contains(' ', StringComparison.Ordinal))
                pairs.Add(new(lines[1], string.Join('\n', lines.Skip(2))));
        }

        return pairs;
    }
}
