using System.IO.Compression;
using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Hugging Face's own library on the same tokenizer.json: random texts of odd characters, and real ones.</summary>
[TestClass]
public sealed class ReferencePipelineTest
{
    private const string Alphabet =
        "aAbehlostT      \t\n\r''''sſm.,!?-0123½²\u00a0\u3000\u2009éÀﬁŉ\u0301\u0327\u0323各漢字かなｱ각\u1100\u1161\u11a8\u094dक़🙂👩\u200d👧𝒜𝟘𠀀İß\u2581\u00ad\u200b\ufeff\u0085\u2028<s>/[]_";

    private static readonly string[] Parts =
        ["<s>", "</s>", "<|endoftext|>", "<mask>", "[MASK]", "the ", " and", "word", "New York", "Café", "Cafe\u0301", "<a><b>", "\r\n", "n't", "'LL", "  ", "<extra_id_0>", "\n\n"];

    public static IEnumerable<string> Kinds => Shared.Root is null ? [] :
        ["bpe-gpt2", "bpe-roberta", "bpe-roberta-prefix-space", "bpe-qwen2", "bpe-llama3", "bpe-byte-fallback", "gemma-like", "unigram-t5", "unigram-xlmr",
            "added-tokens/bytelevel", "added-tokens/metaspace-first", "added-tokens/wordpiece", "wordpiece-cased", "wordpiece-uncased-keep-accents"];

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    [TestCategory("Shared")]
    public void RandomTexts_GiveTheSameIds(string kind)
    {
        if (!ReferenceTokenizer.Available)
            return;
        var (ours, theirs) = (TokenizerFiles.Open(GoldenLines.Path(kind)), ReferenceTokenizer.Open(GoldenLines.Path(kind, "tokenizer.json")));
        var (random, runes) = (new Random(5), Alphabet.EnumerateRunes().Select(r => r.ToString()).ToArray());
        for (var i = 0; i < 1_500; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => random.Next(8) == 0 ? Parts[random.Next(Parts.Length)] : runes[random.Next(runes.Length)]));
            Check(ours, theirs, text);
        }
    }

    [TestMethod]
    [DataRow("roberta-base")]
    [DataRow("llama2")]
    [TestCategory("Shared")]
    public void RealLines_GiveTheSameIds(string name)
    {
        if (Shared.Root is not { } root || !ReferenceTokenizer.Available)
            return;
        var folder = Path.Combine(root, "data/tokenizers", name);
        var (ours, theirs) = (TokenizerFiles.Open(folder), ReferenceTokenizer.Open(Path.Combine(folder, "tokenizer.json")));
        foreach (var line in Lines(Path.Combine(root, "data/retrieval/qmsum/corpus.jsonl.gz")).Take(1_000))
            Check(ours, theirs, line);
    }

    private static void Check(TextTokenizer ours, Tokenizers.DotNet.Tokenizer theirs, string text)
    {
        var expected = theirs.Encode(text).Select(i => (int)i).ToArray();
        var found = TokenizedRows.Encode(ours, text).Ids;
        CollectionAssert.AreEqual(expected, found, $"{JsonSerializer.Serialize(text)}: {string.Join(' ', expected)} but {string.Join(' ', found)}");
    }

    private static IEnumerable<string> Lines(string path)
    {
        using var reader = new StreamReader(new GZipStream(File.OpenRead(path), CompressionMode.Decompress));
        while (reader.ReadLine() is { } line)
        {
            using var json = JsonDocument.Parse(line);
            foreach (var part in json.RootElement.GetProperty("text").GetString()!.Split('\n').Where(p => p.Length > 0))
                yield return part;
        }
    }
}
