using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Every line of the shared goldens: ids, places and decoded texts of the tokenizers library on tokenizer.json.</summary>
[TestClass]
public sealed class GoldenPipelineTest
{
    public static IEnumerable<string> Kinds => Folders("golden.jsonl").Where(f => !f.StartsWith("normalizers", StringComparison.Ordinal)
        && !f.StartsWith("pretokenizers", StringComparison.Ordinal) && !f.StartsWith("truncation", StringComparison.Ordinal));

    public static IEnumerable<string> PairKinds => Folders("pairs.jsonl");

    public static IEnumerable<string> Normalizers => Folders("golden.jsonl").Where(f => f.StartsWith("normalizers", StringComparison.Ordinal));

    public static IEnumerable<string> PreTokenizers => Folders("golden.jsonl").Where(f => f.StartsWith("pretokenizers", StringComparison.Ordinal));

    public static IEnumerable<string> Layouts => Folders("golden.jsonl").Where(f => f.StartsWith("truncation", StringComparison.Ordinal));

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    [TestCategory("Shared")]
    public void Texts_AgreeWithTheLibrary(string kind)
    {
        var tokenizer = TokenizerFiles.Open(GoldenLines.Path(kind));
        foreach (var line in GoldenLines.Read(GoldenLines.Path(kind, "golden.jsonl")))
        {
            var text = line.GetProperty("text").GetString()!;
            var row = TokenizedRows.Encode(tokenizer, text);
            CollectionAssert.AreEqual(line.GetProperty("ids").Numbers(), row.Ids, $"'{text}': {string.Join(' ', row.Ids)}");
            CollectionAssert.AreEqual(line.GetProperty("ids_no_special").Numbers(), tokenizer.Encode(text).Ids, text);
            AreAt(line, row, text, null);
            Assert.AreEqual(line.GetProperty("decoded").GetString(), tokenizer.Decode(row.Ids), text);
        }
    }

    [TestMethod]
    [DynamicData(nameof(PairKinds))]
    [TestCategory("Shared")]
    public void Pairs_AgreeWithTheLibrary(string kind)
    {
        var tokenizer = TokenizerFiles.Open(GoldenLines.Path(kind));
        foreach (var line in GoldenLines.Read(GoldenLines.Path(kind, "pairs.jsonl")))
        {
            var (text, pair) = (line.GetProperty("text").GetString()!, line.GetProperty("text_pair").GetString()!);
            AreEqual(line, text, pair, TokenizedRows.Encode(tokenizer, text, pair));
        }
    }

    [TestMethod]
    [DynamicData(nameof(Normalizers))]
    [TestCategory("Shared")]
    public void Normalizers_AgreeWithTheLibrary(string kind)
    {
        using var file = Json(kind);
        var normalizer = NormalizerJson.Read(file.RootElement.GetProperty("normalizer"), kind);
        foreach (var line in GoldenLines.Read(GoldenLines.Path(kind, "golden.jsonl")))
        {
            var text = line.GetProperty("text").GetString()!;
            var output = new WordBuffer();
            normalizer.Append(new(text, 0), output);
            Assert.AreEqual(line.GetProperty("normalized").GetString(), output.Chars.ToString(), text);
            if (normalizer.Keeps(text))
                Assert.AreEqual(text, output.Chars.ToString());
            var (starts, ends) = line.GetProperty("offsets").Units(text);
            var heads = Enumerable.Range(0, output.Length).Where(i => !char.IsLowSurrogate(output.Chars[i])).ToArray();
            CollectionAssert.AreEqual(starts, heads.Select(i => output.Starts[i]).ToArray(), text);
            CollectionAssert.AreEqual(ends, heads.Select(i => output.Ends[i]).ToArray(), text);
        }
    }

    [TestMethod]
    [DynamicData(nameof(PreTokenizers))]
    [TestCategory("Shared")]
    public void PreTokenizers_AgreeWithTheLibrary(string kind)
    {
        using var file = Json(kind);
        var steps = PreTokenizerJson.Read(file.RootElement.GetProperty("pre_tokenizer"), kind);
        var pieces = new PieceText();
        foreach (var line in GoldenLines.Read(GoldenLines.Path(kind, "golden.jsonl")))
        {
            var text = line.GetProperty("text").GetString()!;
            pieces.Start(text.AsMemory(), 0);
            foreach (var step in steps)
                step.Apply(pieces);
            var expected = line.GetProperty("pieces").EnumerateArray().Select(p => p[0].GetString()!).ToArray();
            CollectionAssert.AreEqual(expected, pieces.Pieces.Select(p => pieces.Text.Chars[p.Start..p.End].ToString()).ToArray(), text);
            CollectionAssert.AreEqual(
                line.GetProperty("pieces").EnumerateArray().Select(p => (p[1].GetInt32(), p[2].GetInt32())).ToArray(),
                pieces.Pieces.Select(p => (Points(text, pieces.Text.Start(p.Start)), Points(text, pieces.Text.End(p.End)))).ToArray(), text);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Layouts))]
    [TestCategory("Shared")]
    public void TruncationAndPadding_AgreeWithTheLibrary(string kind)
    {
        var tokenizer = TokenizerFiles.Open(GoldenLines.Path(kind));
        foreach (var line in GoldenLines.Read(GoldenLines.Path(kind, "golden.jsonl")))
        {
            if (line.TryGetProperty("batch", out var batch))
            {
                var rows = TokenizedRows.EncodeBatch(tokenizer, [.. batch.EnumerateArray().Select(t => t.GetString()!)]);
                var expected = line.GetProperty("encodings").EnumerateArray().ToArray();
                Assert.HasCount(expected.Length, rows);
                for (var i = 0; i < rows.Length; i++)
                    AreEqual(expected[i], batch[i].GetString()!, null, rows[i]);
                continue;
            }

            var (text, pair) = (line.GetProperty("text").GetString()!, line.TryGetProperty("text_pair", out var second) ? second.GetString() : null);
            if (line.TryGetProperty("error", out _))
                Assert.ThrowsExactly<InvalidOperationException>(() => TokenizedRows.Encode(tokenizer, text, pair));
            else
                AreEqual(line, text, pair, TokenizedRows.Encode(tokenizer, text, pair));
        }
    }

    private static IEnumerable<string> Folders(string file) => Shared.Root is null ? []
        : Directory.GetFiles(GoldenLines.Path(), file, SearchOption.AllDirectories)
            .Where(f => File.Exists(Path.Combine(Path.GetDirectoryName(f)!, "tokenizer.json")))
            .Select(f => Path.GetRelativePath(GoldenLines.Path(), Path.GetDirectoryName(f)!)).Order(StringComparer.Ordinal);

    private static JsonDocument Json(string kind) => JsonDocument.Parse(File.ReadAllText(GoldenLines.Path(kind, "tokenizer.json")));

    private static void AreEqual(JsonElement line, string text, string? pair, TokenizedRow row)
    {
        CollectionAssert.AreEqual(line.GetProperty("ids").Numbers(), row.Ids, text);
        CollectionAssert.AreEqual(line.GetProperty("type_ids").Numbers(), row.TypeIds, text);
        CollectionAssert.AreEqual(line.GetProperty("special_tokens_mask").Numbers(), row.IsSpecial, text);
        if (line.TryGetProperty("attention_mask", out var mask))
            CollectionAssert.AreEqual(mask.Numbers(), row.Attention, text);
        AreAt(line, row, text, pair);
        if (!line.TryGetProperty("overflowing", out var windows))
            return;
        var expected = windows.EnumerateArray().Select(w => w.Numbers()).ToArray();
        Assert.HasCount(expected.Length, row.Overflowing);
        for (var i = 0; i < expected.Length; i++)
            CollectionAssert.AreEqual(expected[i], row.Overflowing[i].Ids, text);
    }

    /// <summary>Places in code points.</summary>
    private static void AreAt(JsonElement line, TokenizedRow row, string text, string? pair)
    {
        var expected = line.GetProperty("offsets").EnumerateArray().Select(o => (o[0].GetInt32(), o[1].GetInt32())).ToArray();
        Assert.HasCount(expected.Length, row.Ids);
        for (var i = 0; i < expected.Length; i++)
        {
            var own = row.Texts[i] == 1 ? pair! : text;
            Assert.AreEqual(expected[i], (Points(own, row.Starts[i]), Points(own, row.Ends[i])), $"'{text}' '{pair}', token {i}");
        }
    }

    private static int Points(string text, int units) => text.AsSpan(0, units).ToString().EnumerateRunes().Count();
}
