using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class MergeFilesTest
{
    [TestMethod]
    [DataRow("bpe-gpt2")]
    [DataRow("bpe-roberta")]
    [DataRow("bpe-qwen2")]
    [TestCategory("Shared")]
    public void VocabularyAndMergesAlone_MeanTheSame(string kind)
    {
        if (Shared.Root is null)
            return;
        using var copy = new TempFolder();
        foreach (var name in new[] { "vocab.json", "merges.txt", "tokenizer_config.json" })
            copy.Write(name, File.ReadAllBytes(GoldenLines.Path(kind, name)));
        var (bare, full) = (TokenizerFiles.Open(copy.Root), TokenizerFiles.Open(GoldenLines.Path(kind)));
        var lines = GoldenLines.Read(GoldenLines.Path(kind, "golden.jsonl")).Select(l => l.GetProperty("text").GetString()!).ToArray();
        Assert.IsGreaterThan(50, lines.Length);
        foreach (var text in lines.Where(t => !t.Contains("<|im_start|>", StringComparison.Ordinal)))
        {
            var (expected, found) = (TokenizedRows.Encode(full, text, "b c"), TokenizedRows.Encode(bare, text, "b c"));
            CollectionAssert.AreEqual(expected.Ids, found.Ids, text);
            CollectionAssert.AreEqual(expected.TypeIds, found.TypeIds, text);
            CollectionAssert.AreEqual(expected.Starts, found.Starts, text);
            CollectionAssert.AreEqual(expected.Ends, found.Ends, text);
            Assert.AreEqual(full.Decode(expected.Ids), bare.Decode(found.Ids), text);
            CollectionAssert.AreEqual(TokenizedRows.Encode(full, text).Ids, TokenizedRows.Encode(bare, text).Ids, text);
        }
    }

    [TestMethod]
    [DataRow("gpt2")]
    [DataRow("llama2")]
    [DataRow("roberta-base")]
    [TestCategory("Shared")]
    public void PublishedVocabularies_GiveTheGoldenIds(string name)
    {
        if (Shared.Root is not { } root)
            return;
        using var copy = new TempFolder();
        foreach (var file in Directory.GetFiles(Path.Combine(root, "data/tokenizers", name)))
            copy.Write(Path.GetFileName(file), File.ReadAllBytes(file));
        if (name == "gpt2")
            copy.Write("config.json", """{"model_type":"gpt2"}""");
        var tokenizer = TokenizerFiles.Open(copy.Root);
        var lines = GoldenLines.Read(Path.Combine(root, "data/tokenizers/golden", name + ".jsonl")).ToArray();
        Assert.IsNotEmpty(lines);
        foreach (var line in lines)
        {
            var text = line.GetProperty("text").GetString()!;
            var (ids, row) = (line.GetProperty("ids").Numbers(), TokenizedRows.Encode(tokenizer, text, addSpecial: false));
            if (!ids.SequenceEqual(row.Ids))
                CollectionAssert.AreEqual(ids, TokenizedRows.Encode(tokenizer, text).Ids, text);
        }
    }

    [TestMethod]
    [DataRow("""{"tokenizer_class":"WhisperTokenizer"}""", "WhisperTokenizer")]
    [DataRow("{}", "'tokenizer_class'")]
    [DataRow("""{"tokenizer_class":"GPT2Tokenizer","added_tokens_decoder":{"x":{"content":"a"}}}""", "added_tokens_decoder of 'x'")]
    [DataRow("""{"tokenizer_class":"GPT2Tokenizer"}""", "256 bytes")]
    public void WrongFolders_AreRefused(string config, string expected)
    {
        using var folder = new TempFolder();
        folder.Write("vocab.json", """{"a":0,"b":1,"ab":2}""");
        folder.Write("merges.txt", "#version: 0.2\na b\n");
        folder.Write("tokenizer_config.json", config);
        if (expected.StartsWith("added", StringComparison.Ordinal))
            folder.Write("vocab.json", JsonSerializer.Serialize(Enumerable.Range(0, 256).Select(ByteAlphabet.Of).Append('b').Distinct().Index().ToDictionary(c => c.Item.ToString(), c => c.Index)));
        if (expected.StartsWith("added", StringComparison.Ordinal))
            folder.Write("merges.txt", "#version: 0.2\n");
        var error = Assert.Throws<Exception>(() => TokenizerFiles.Open(folder.Root));
        Assert.IsTrue(error is InvalidDataException or NotSupportedException, error.ToString());
        Assert.Contains(expected, error.Message);
    }

    [TestMethod]
    public void BadMerges_NameTheLine()
    {
        using var folder = new TempFolder();
        folder.Write("vocab.json", """{"a":0}""");
        folder.Write("merges.txt", "#version: 0.2\na\n");
        folder.Write("tokenizer_config.json", """{"tokenizer_class":"GPT2Tokenizer"}""");
        Assert.Contains("merge 0 is 'a'", Assert.ThrowsExactly<InvalidDataException>(() => TokenizerFiles.Open(folder.Root)).Message);
    }
}
