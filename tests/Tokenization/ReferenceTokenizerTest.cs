using System.Diagnostics;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class ReferenceTokenizerTest
{
    public TestContext TestContext { get; set; } = null!;

    [TestMethod]
    [TestCategory("Shared")]
    public void Encode_AgreesOnTenThousandRealLines()
    {
        if (Shared.Root is not { } root || !ReferenceTokenizer.Available)
            return;
        using var folder = new TempFolder();
        ReferenceTokenizer.Write(folder["tokenizer.json"], File.ReadLines(Path.Combine(root, "data/tokenizers/bert-base-uncased/vocab.txt")));
        var theirs = ReferenceTokenizer.Open(folder["tokenizer.json"]);
        var ours = TokenizerFiles.Open(folder.Root);
        var lines = RealLines(root).Take(10_000).ToArray();
        Assert.HasCount(10_000, lines);
        var (mine, reference, tokens) = (new Stopwatch(), new Stopwatch(), 0);
        foreach (var line in lines)
        {
            reference.Start();
            var expected = theirs.Encode(line);
            reference.Stop();
            mine.Start();
            var actual = ours.Encode(line);
            mine.Stop();
            tokens += actual.Count;
            CollectionAssert.AreEqual(expected.Select(i => (int)i).ToArray(), actual.Ids, line);
        }

        TestContext.WriteLine($"{tokens} tokens; ours {mine.ElapsedMilliseconds} ms, Hugging Face's {reference.ElapsedMilliseconds} ms");
    }

    [TestMethod]
    [DataRow(true, null)]
    [DataRow(false, null)]
    [DataRow(true, false)]
    public void Encode_AgreesOnEveryCharacter(bool lowercase, bool? stripAccents)
    {
        if (!ReferenceTokenizer.Available)
            return;
        using var folder = new TempFolder();
        // Each class of character gives other pieces: joined, apart, a blank, dropped. The characters themselves are pieces too.
        var runes = Enumerable.Range(0, 0x110000).Where(c => Rune.IsValid(c) && (c < 0x20000 || c % 97 == 0)).Select(c => new Rune(c)).ToArray();
        var plain = runes.Where(r => Rune.IsLetterOrDigit(r) || Rune.IsSymbol(r)).Select(r => r.ToString());
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "a", "b", "##b", .. "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~".Select(c => c.ToString())];
        ReferenceTokenizer.Write(folder["tokenizer.json"], pieces.Concat(plain).Concat(plain.Select(p => "##" + p)).Distinct(), lowercase, stripAccents);
        var theirs = ReferenceTokenizer.Open(folder["tokenizer.json"]);
        var ours = TokenizerFiles.Open(folder.Root);
        var different = new List<Rune>();
        foreach (var rune in runes)
        {
            var text = $"a{rune}b";
            if (!theirs.Encode(text).Select(i => (int)i).SequenceEqual(ours.Encode(text).Ids))
                different.Add(rune);
        }

        // The library's tables are Unicode 8's, ours the runtime's: characters of rare scripts that came later differ.
        TestContext.WriteLine($"{different.Count} differ: {string.Join(", ", different)}");
        Assert.IsEmpty(different.Where(r => r.Value is < 0x600 or (>= 0x1E00 and < 0x2E00) or (>= 0x2E80 and < 0xA000) or (>= 0xAC00 and < 0x10000) or >= 0x1F000));
        Assert.IsLessThanOrEqualTo(700, different.Count);
    }

    private static IEnumerable<string> RealLines(string root)
    {
        foreach (var set in new[] { "scifact", "nq_oracle", "squality", "qmsum" })
        {
            using var reader = new StreamReader(new GZipStream(
                File.OpenRead(Path.Combine(root, "data/retrieval", set, "corpus.jsonl.gz")), CompressionMode.Decompress));
            for (var taken = 0; taken < 2_500 && reader.ReadLine() is { } line;)
            {
                using var json = JsonDocument.Parse(line);
                foreach (var part in json.RootElement.GetProperty("text").GetString()!.Split('\n'))
                {
                    if (part.Length > 0 && taken++ < 2_500)
                        yield return part;
                }
            }
        }
    }
}
