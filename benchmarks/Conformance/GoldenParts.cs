using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Benchmarks;

/// <summary>One normalizer or pre-tokenizer of a tokenizer.json by itself.</summary>
internal static class GoldenParts
{
    /// <summary>Normalised texts, and the place of each character.</summary>
    /// <exception cref="InvalidDataException">A line differs.</exception>
    public static void Normalizer(string folder, GoldenCheck check)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer.json")));
        var normalizer = NormalizerJson.Read(file.RootElement.GetProperty("normalizer"), folder);
        foreach (var (line, text) in Lines(folder))
        {
            var output = new WordBuffer();
            normalizer.Append(new(text, 0), output);
            check.Same($"normalised '{text}'", [line.GetProperty("normalized").GetString()!], [output.Chars.ToString()]);
            var heads = Enumerable.Range(0, output.Length).Where(i => !char.IsLowSurrogate(output.Chars[i])).ToArray();
            check.Same(
                $"places of '{text}'", Places(line.GetProperty("offsets"), 0),
                (int[])[.. heads.SelectMany(i => new[] { Points(text, output.Starts[i]), Points(text, output.Ends[i]) })]);
        }
    }

    /// <summary>Pieces and their places.</summary>
    /// <exception cref="InvalidDataException">A line differs.</exception>
    public static void PreTokenizer(string folder, GoldenCheck check)
    {
        using var file = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder, "tokenizer.json")));
        var steps = PreTokenizerJson.Read(file.RootElement.GetProperty("pre_tokenizer"), folder);
        var pieces = new PieceText();
        foreach (var (line, text) in Lines(folder))
        {
            pieces.Start(text.AsMemory(), 0);
            foreach (var step in steps)
                step.Apply(pieces);
            var expected = line.GetProperty("pieces");
            check.Same(
                $"pieces of '{text}'", (string[])[.. expected.EnumerateArray().Select(p => p[0].GetString()!)],
                (string[])[.. pieces.Pieces.Select(p => pieces.Text.Chars[p.Start..p.End].ToString())]);
            check.Same(
                $"places of '{text}'", Places(expected, 1),
                (int[])[.. pieces.Pieces.SelectMany(p => new[] { Points(text, pieces.Text.Start(p.Start)), Points(text, pieces.Text.End(p.End)) })]);
        }
    }

    private static IEnumerable<(JsonElement Line, string Text)> Lines(string folder)
    {
        foreach (var line in File.ReadLines(Path.Combine(folder, "golden.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            yield return (json.RootElement, json.RootElement.GetProperty("text").GetString()!);
        }
    }

    private static int[] Places(JsonElement list, int from) =>
        [.. list.EnumerateArray().SelectMany(p => new[] { p[from].GetInt32(), p[from + 1].GetInt32() })];

    private static int Points(string text, int units) => text.AsSpan(0, units).ToString().EnumerateRunes().Count();
}
