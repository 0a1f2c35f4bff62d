using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Folders with nothing but a SentencePiece model and tokenizer_config.json, against transformers' ids.</summary>
[TestClass]
[TestCategory("Shared")]
public sealed class GoldenModelFoldersTest
{
    [TestMethod]
    [DataRow("bpe-byte-fallback", "tokenizer.model", false)]
    [DataRow("gemma-like", "tokenizer.model", false)]
    [DataRow("unigram-xlmr", "sentencepiece.bpe.model", true)]
    [DataRow("unigram-t5", "spiece.model", true)]
    public void Open_EqualsTransformers(string name, string model, bool ranges)
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
            if (text.Contains('\0') || (name == "gemma-like" && text.Contains('▁')))
                continue; // SentencePiece, which decides for Gemma's model file, takes a written ▁ for a blank
            var tokens = tokenizer.Encode(text);
            var plain = line.GetProperty("ids_no_special").Numbers();
            CollectionAssert.AreEqual(plain, tokens.Ids, text);
            if (line.TryGetProperty("ids", out var ids))
                CollectionAssert.AreEqual(ids.Numbers(), tokenizer.Prefix.Concat(tokens.Ids).Concat(tokenizer.Suffix).ToArray(), text);
            if (!ranges)
                continue;
            var (starts, ends) = line.GetProperty("offsets").Units(text);
            var skip = starts.Length == plain.Length ? 0 : tokenizer.Prefix.Count;
            CollectionAssert.AreEqual(starts.Skip(skip).Take(plain.Length).ToArray(), tokens.Starts, text);
            CollectionAssert.AreEqual(ends.Skip(skip).Take(plain.Length).ToArray(), tokens.Ends, text);
        }
    }
}
