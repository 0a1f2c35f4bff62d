using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class WordPieceTokenizerTest
{
    public static IEnumerable<string> Kinds => Shared.Root is null ? []
        : ["wordpiece-uncased", "wordpiece-cased", "wordpiece-uncased-keep-accents", "added-tokens/wordpiece"];

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    [TestCategory("Shared")]
    public void Encode_AgreesWithTheReferenceLibrary(string kind)
    {
        var folder = Path.Combine(Shared.Root!, "goldens/tokenizers", kind);
        var tokenizer = TokenizerFiles.Open(folder);
        foreach (var line in File.ReadLines(Path.Combine(folder, "golden.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var text = json.RootElement.GetProperty("text").GetString()!;
            var expected = json.RootElement.GetProperty("ids_no_special").EnumerateArray().Select(i => i.GetInt32()).ToArray();
            var encoded = tokenizer.Encode(text);
            CollectionAssert.AreEqual(expected, encoded.Ids, $"'{text}': {string.Join(' ', encoded.Ids)}");
            var offsets = json.RootElement.GetProperty("offsets").EnumerateArray().Select(o => (o[0].GetInt32(), o[1].GetInt32())).ToArray();
            var ids = json.RootElement.GetProperty("ids").GetArrayLength();
            var skip = ids > expected.Length ? tokenizer.Prefix.Count : 0;
            for (var i = 0; i < expected.Length; i++)
                Assert.AreEqual(offsets[i + skip], (Points(text, encoded.Starts[i]), Points(text, encoded.Ends[i])), $"'{text}', token {i}");
        }
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    [TestCategory("Shared")]
    public void VocabularyAlone_MeansTheSame(string kind)
    {
        var folder = Path.Combine(Shared.Root!, "goldens/tokenizers", kind);
        if (!File.Exists(Path.Combine(folder, "vocab.txt")))
            return; // added tokens stand in tokenizer.json only
        using var copy = new TempFolder();
        foreach (var name in new[] { "vocab.txt", "tokenizer_config.json" })
            copy.Write(name, File.ReadAllBytes(Path.Combine(folder, name)));
        var (bare, full) = (TokenizerFiles.Open(copy.Root), TokenizerFiles.Open(folder));
        CollectionAssert.AreEqual(full.Prefix.Concat(full.Suffix).ToArray(), bare.Prefix.Concat(bare.Suffix).ToArray());
        foreach (var line in File.ReadLines(Path.Combine(folder, "golden.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var ids = bare.Prefix.Concat(bare.Encode(json.RootElement.GetProperty("text").GetString()!).Ids).Concat(bare.Suffix).ToArray();
            CollectionAssert.AreEqual(json.RootElement.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()).ToArray(), ids, line);
        }
    }

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    [TestCategory("Shared")]
    public void Pairs_AreTwoTextsWithSeparators(string kind)
    {
        var folder = Path.Combine(Shared.Root!, "goldens/tokenizers", kind);
        if (!File.Exists(Path.Combine(folder, "pairs.jsonl")))
            return;
        var tokenizer = TokenizerFiles.Open(folder);
        foreach (var line in File.ReadLines(Path.Combine(folder, "pairs.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            int[] Ids(string key) => tokenizer.Encode(json.RootElement.GetProperty(key).GetString()!).Ids;
            int[] ids = [.. tokenizer.Prefix, .. Ids("text"), .. tokenizer.Suffix, .. Ids("text_pair"), .. tokenizer.Suffix];
            CollectionAssert.AreEqual(json.RootElement.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()).ToArray(), ids, line);
        }
    }

    [TestMethod]
    [TestCategory("Shared")]
    public void Encode_AgreesWithBertOnHardTexts()
    {
        if (Shared.Root is not { } root)
            return;
        using var vocabulary = File.OpenRead(Path.Combine(root, "data/tokenizers/bert-base-uncased/vocab.txt"));
        var tokenizer = TokenizerFiles.FromVocabulary(vocabulary, new(), "vocab.txt");
        foreach (var line in File.ReadLines(Path.Combine(root, "data/tokenizers/golden/bert-base-uncased.jsonl")))
        {
            using var json = JsonDocument.Parse(line);
            var text = json.RootElement.GetProperty("text").GetString()!;
            CollectionAssert.AreEqual(
                json.RootElement.GetProperty("ids").EnumerateArray().Select(i => i.GetInt32()).ToArray(), tokenizer.Encode(text).Ids, text);
        }
    }

    [TestMethod]
    [TestCategory("Shared")]
    public void Encode_AgreesWithASecondImplementationOnRealText()
    {
        if (Shared.Root is not { } root)
            return;
        var vocabulary = Path.Combine(root, "data/tokenizers/bert-base-uncased/vocab.txt");
        using var stream = File.OpenRead(vocabulary);
        var ours = TokenizerFiles.FromVocabulary(stream, new() { AddedTokens = [new("[PAD]", 0)] }, "vocab.txt");
        var theirs = new FastBertTokenizer.BertTokenizer();
        using var reader = new StreamReader(vocabulary);
        theirs.LoadVocabulary(reader, convertInputToLowercase: true);
        var lines = Lines(Path.Combine(root, "data/retrieval/qmsum/corpus.jsonl.gz")).Take(10_000).ToArray();
        Assert.HasCount(10_000, lines);
        foreach (var line in lines)
        {
            var expected = theirs.Encode(line, 8_192).InputIds.ToArray();
            CollectionAssert.AreEqual(expected[1..^1].Select(i => (int)i).ToArray(), ours.Encode(line).Ids, line);
        }
    }

    [TestMethod]
    [DataRow("", "")]
    [DataRow(" \t\r\n", "")]
    [DataRow("un\ud800known", "unk")]
    [DataRow("a\ud800b", "a ##b")]
    [DataRow("a\udc00", "a")]
    [DataRow("\ud800", "")]
    [DataRow("a\u2260b", "a unk unk")]
    [DataRow("a\u0301b", "a ##b")]
    [DataRow("a\u200bb", "a ##b")]
    [DataRow("a\u4e00a", "a unk a")]
    [DataRow("a\0b", "a ##b")]
    [DataRow("Ab, ab", "a ##b , a ##b")]
    public void Encode_OfOddTexts(string text, string expected)
    {
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##b", ",", "unk"];
        var tokenizer = Small(pieces);
        var actual = string.Join(' ', tokenizer.Encode(text).Ids.Select(i => i == 1 ? "unk" : pieces[i]));
        Assert.AreEqual(expected, actual);
    }

    [TestMethod]
    public void Encode_OfHugeTexts()
    {
        var tokenizer = Small(["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "##b"]);
        Assert.AreEqual(5_000_000, tokenizer.Encode(string.Concat(Enumerable.Repeat("a ", 5_000_000))).Count);
        var word = tokenizer.Encode(new string('a', 100_000));
        CollectionAssert.AreEqual(new[] { 1 }, word.Ids);
        Assert.AreEqual(100_000, word.Ends[0]);
    }

    [TestMethod]
    public void VocabularyWithoutCls_IsRefused()
    {
        var error = Assert.ThrowsExactly<InvalidDataException>(() => Small(["[PAD]", "[UNK]", "[SEP]", "a"]));
        StringAssert.Contains(error.Message, "no '[CLS]'");
    }

    private static TextTokenizer Small(string[] pieces) =>
        TokenizerFiles.FromVocabulary(new MemoryStream(Encoding.UTF8.GetBytes(string.Join("\r\n", pieces))), new(), "vocab.txt");

    private static int Points(string text, int units) => text.AsSpan(0, units).ToString().EnumerateRunes().Count();

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            foreach (var part in json.RootElement.GetProperty("text").GetString()!.Split('\n'))
            {
                if (part.Length > 0)
                    yield return part;
            }
        }
    }
}
