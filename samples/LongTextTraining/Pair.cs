using System.Text.Json;
using ML.Extensions.Search;

namespace LongTextTraining;

/// <summary>A question and the passage that answers it.</summary>
internal sealed record Pair(string Text, string Passage)
{
    private static readonly JsonSerializerOptions AnyCase = new() { PropertyNameCaseInsensitive = true };

    /// <summary>The reader's own: jsonl with "text" and "passage".</summary>
    public static IReadOnlyList<Pair> Read(string path) =>
        [.. File.ReadLines(path).Where(l => l.Trim().Length > 0).Select(l => JsonSerializer.Deserialize<Pair>(l, AnyCase)!)];

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
