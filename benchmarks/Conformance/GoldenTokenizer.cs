using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Benchmarks;

/// <summary>A tokenizer's folder: ids, places and decoded texts of every golden line, and pairs.</summary>
internal static class GoldenTokenizer
{
    private static readonly string[] ModelNames = ["tokenizer.model", "spiece.model", "sentencepiece.bpe.model"];

    /// <summary>Compares every line of every golden file that the folder has.</summary>
    /// <exception cref="InvalidDataException">A line differs.</exception>
    public static void Compare(string folder, GoldenCheck check)
    {
        if (File.Exists(Path.Combine(folder, "tokenizer.json")))
        {
            var tokenizer = TokenizerFiles.Open(folder);
            Each(folder, "golden.jsonl", line => Line(tokenizer, line, check));
            Each(folder, "pairs.jsonl", line => Row(line, TokenizedRows.Encode(tokenizer, Text(line, "text")!, Text(line, "text_pair")), check));
        }

        Each(folder, "golden.sentencepiece.jsonl", line => SentencePiece(folder, line, check));
    }

    private static void Line(TextTokenizer tokenizer, JsonElement line, GoldenCheck check)
    {
        if (line.TryGetProperty("batch", out var batch))
        {
            var rows = TokenizedRows.EncodeBatch(tokenizer, [.. batch.EnumerateArray().Select(t => t.GetString()!)]);
            var expected = line.GetProperty("encodings").EnumerateArray().ToArray();
            for (var i = 0; i < expected.Length; i++)
                Row(expected[i], rows[i], check, batch[i].GetString());
            return;
        }

        if (line.TryGetProperty("error", out _))
            return; // the reference refuses; the tests see that ours does
        var row = TokenizedRows.Encode(tokenizer, Text(line, "text")!, Text(line, "text_pair"));
        Row(line, row, check);
        if (line.TryGetProperty("ids_no_special", out var plain))
            check.Same($"ids without special ones of '{Text(line, "text")}'", Numbers(plain), tokenizer.Encode(Text(line, "text")!).Ids);
        if (line.TryGetProperty("decoded", out var decoded))
            check.Same("decoded", [decoded.GetString()!], [tokenizer.Decode(row.Ids)]);
    }

    private static void Row(JsonElement line, TokenizedRow row, GoldenCheck check, string? batchText = null)
    {
        var text = batchText ?? Text(line, "text")!;
        check.Same($"ids of '{text}'", Numbers(line.GetProperty("ids")), row.Ids);
        if (line.TryGetProperty("type_ids", out var types))
            check.Same($"types of '{text}'", Numbers(types), row.TypeIds);
        if (line.TryGetProperty("attention_mask", out var mask))
            check.Same($"mask of '{text}'", Numbers(mask), row.Attention);
        if (!line.TryGetProperty("offsets", out var offsets))
            return;
        int[] places = [.. row.Ids.SelectMany((_, i) =>
        {
            var own = row.Texts[i] == 1 ? Text(line, "text_pair")! : text;
            return new[] { Points(own, row.Starts[i]), Points(own, row.Ends[i]) };
        })];
        check.Same($"places of '{text}'", [.. offsets.EnumerateArray().SelectMany(Numbers)], places);
    }

    private static void SentencePiece(string folder, JsonElement line, GoldenCheck check)
    {
        var path = ModelNames.Select(n => Path.Combine(folder, n)).First(File.Exists);
        var tokenizer = new SentencePieceTokenizer(SentencePieceFile.Open(path), new());
        var text = Text(line, "text")!;
        var tokens = tokenizer.Encode(text);
        check.Same($"SentencePiece ids of '{text}'", Numbers(line.GetProperty("ids_no_special")), tokens.Ids);
        check.Same(
            $"SentencePiece places of '{text}'", [.. line.GetProperty("offsets").EnumerateArray().SelectMany(Numbers)],
            (int[])[.. tokens.Ids.SelectMany((_, i) => new[] { Points(text, tokens.Starts[i]), Points(text, tokens.Ends[i]) })]);
        check.Same("SentencePiece decoded", [Text(line, "decoded")!], [tokenizer.Decode(tokens.Ids)]);
    }

    private static void Each(string folder, string file, Action<JsonElement> compare)
    {
        var path = Path.Combine(folder, file);
        foreach (var line in File.Exists(path) ? File.ReadLines(path) : [])
        {
            using var json = JsonDocument.Parse(line);
            compare(json.RootElement);
        }
    }

    private static string? Text(JsonElement line, string key) => line.TryGetProperty(key, out var text) ? text.GetString() : null;

    private static int[] Numbers(JsonElement list) => [.. list.EnumerateArray().Select(n => n.GetInt32())];

    private static int Points(string text, int units) => text.AsSpan(0, units).ToString().EnumerateRunes().Count();
}
