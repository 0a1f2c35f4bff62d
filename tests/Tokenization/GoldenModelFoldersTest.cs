using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Folders with nothing but a SentencePiece model and tokenizer_config.json, against transformers' ids.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenModelFoldersTest
{
    /// <summary>Ids, and where transformers makes a tokenizer.json of the file also ranges and decoded texts; Llama's and Gemma's are SentencePiece's own.</summary>
    [TestMethod]
    [DataRow("bpe-byte-fallback", "tokenizer.model", false)]
    [DataRow("gemma-like", "tokenizer.model", false)]
    [DataRow("unigram-xlmr", "sentencepiece.bpe.model", true)]
    [DataRow("unigram-t5", "spiece.model", true)]
    public void Open_EqualsTransformers(string name, string model, bool decodes)
    {
        if (Shared.Root is null)
            return;
        using var folder = new TempFolder();
        foreach (var file in (string[])[model, "tokenizer_config.json"])
            File.Copy(GoldenLines.Path(name, file), folder[file]);
        var tokenizer = TokenizerFiles.Open(folder.Root);
        foreach (var line in GoldenLines.Read(GoldenLines.Path(name, "golden.jsonl")))
        {
            var text = line.GetProperty("text").GetString()!;
            if (name == "gemma-like" && text.Contains('▁'))
                continue; // SentencePiece, which decides for Gemma's model file, takes a written ▁ for a blank
            var row = TokenizedRows.Encode(tokenizer, text);
            CollectionAssert.AreEqual(line.GetProperty("ids").Numbers(), row.Ids, text);
            CollectionAssert.AreEqual(line.GetProperty("ids_no_special").Numbers(), tokenizer.Encode(text).Ids, text);
            if (decodes)
                Assert.AreEqual(line.GetProperty("decoded").GetString(), tokenizer.Decode(row.Ids), text);
            if (decodes)
                AreAt(line, row, text, "");
        }

        foreach (var line in GoldenLines.Read(GoldenLines.Path(name, "pairs.jsonl")))
        {
            var (text, pair) = (line.GetProperty("text").GetString()!, line.GetProperty("text_pair").GetString()!);
            var row = TokenizedRows.Encode(tokenizer, text, pair);
            CollectionAssert.AreEqual(line.GetProperty("ids").Numbers(), row.Ids, text);
            CollectionAssert.AreEqual(line.GetProperty("type_ids").Numbers(), row.TypeIds, text);
            if (decodes)
                AreAt(line, row, text, pair);
        }
    }

    [TestMethod]
    [DataRow("unigram-xlmr", "sentencepiece.bpe.model", "xlm-roberta")]
    [DataRow("bpe-byte-fallback", "tokenizer.model", "llama")]
    public void Open_WithoutTokenizerConfigGoesByTheModel(string name, string model, string type)
    {
        if (Shared.Root is null)
            return;
        using var folder = new TempFolder();
        File.Copy(GoldenLines.Path(name, model), folder[model]);
        folder.Write("config.json", $$"""{"model_type":"{{type}}"}""");
        var line = GoldenLines.Read(GoldenLines.Path(name, "golden.jsonl")).First(l => l.GetProperty("text").GetString() == "Hello, World!");
        CollectionAssert.AreEqual(line.GetProperty("ids").Numbers(), TokenizedRows.Encode(TokenizerFiles.Open(folder.Root), "Hello, World!").Ids);
    }

    private static void AreAt(JsonElement line, TokenizedRow row, string text, string pair)
    {
        var offsets = line.GetProperty("offsets").EnumerateArray().ToArray();
        for (var i = 0; i < row.Ids.Length; i++)
        {
            if (row.Texts[i] < 0)
                continue;
            using var one = JsonDocument.Parse($"[{offsets[i].GetRawText()}]");
            var (start, end) = one.RootElement.Units(row.Texts[i] == 0 ? text : pair);
            Assert.AreEqual((start[0], end[0]), (row.Starts[i], row.Ends[i]), $"token {i} of {text} | {pair}");
        }
    }
}
