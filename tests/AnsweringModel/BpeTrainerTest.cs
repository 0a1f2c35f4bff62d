using ML.Extensions.AnsweringModel.Vocabulary;
using ML.Extensions.Tests.Tokenization;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.AnsweringModel;

[TestClass]
public class BpeTrainerTest
{
    private static readonly Dictionary<string, long> Tiny = new() { ["low"] = 5, ["lower"] = 2, ["newest"] = 6, ["widest"] = 3 };

    [TestMethod]
    public void Train_MergesTheMostFrequentPairs()
    {
        // Counted by hand: es and st stand 9 times, e is the smaller; est 9; lo and ow 7; low 7; then ew, ne and w-est stand 6 times.
        var vocabulary = BpeTrainer.Train(Tiny, ["<|end|>"], 257 + 7);
        CollectionAssert.AreEqual(
            new[] { ("e", "s"), ("es", "t"), ("l", "o"), ("lo", "w"), ("e", "w"), ("n", "ew"), ("new", "est") }, vocabulary.Merges.ToArray());
        CollectionAssert.AreEqual(new[] { "es", "est", "lo", "low", "ew", "new", "newest" }, vocabulary.Tokens.Skip(257).ToArray());
        Assert.AreEqual("<|end|>", vocabulary.Tokens[0]);
    }

    [TestMethod]
    public void Train_EndsWhereNoPairStandsTwice()
    {
        var vocabulary = BpeTrainer.Train(new Dictionary<string, long> { ["ab"] = 3, ["cd"] = 1 }, [], 1_000);
        Assert.HasCount(257, vocabulary.Tokens);
        Assert.ThrowsExactly<ArgumentOutOfRangeException>(() => BpeTrainer.Train(Tiny, ["x"], 256));
    }

    [TestMethod]
    public void Train_AgreesWithCountingAnewEachTime()
    {
        var random = new Random(3);
        var words = Enumerable.Range(0, 60).Select(_ => new string([.. Enumerable.Range(0, random.Next(1, 9)).Select(_ => "abcd"[random.Next(4)])]))
            .Distinct().ToDictionary(w => w, _ => (long)random.Next(1, 9));
        var found = BpeTrainer.Train(words, [], 256 + 40).Merges;
        var pieces = words.Select(w => (Parts: w.Key.Select(c => c.ToString()).ToList(), w.Value)).ToArray();
        foreach (var (left, right) in found)
        {
            var counts = pieces.SelectMany(p => p.Parts.Zip(p.Parts.Skip(1), (a, b) => (Pair: (a, b), p.Value))).GroupBy(p => p.Pair).ToDictionary(g => g.Key, g => g.Sum(p => p.Value));
            Assert.AreEqual(counts.Values.Max(), counts[(left, right)], $"{left} {right}");
            foreach (var (parts, _) in pieces)
                for (var i = 0; i + 1 < parts.Count; i++)
                    if ((parts[i], parts[i + 1]) == (left, right))
                    {
                        parts[i] = left + right;
                        parts.RemoveAt(i + 1);
                    }
        }
    }

    [TestMethod]
    public void Tokenizer_GivesAnyTextBack()
    {
        using var folder = new TempFolder();
        var tokenizer = Open(folder, out _);
        foreach (var text in Hostile)
            Assert.AreEqual(text, tokenizer.Decode(tokenizer.Encode(text).Ids, skipSpecial: false));
    }

    [TestMethod]
    public void Tokenizer_AgreesWithTheReferenceLibrary()
    {
        if (!ReferenceTokenizer.Available)
            return;
        using var folder = new TempFolder();
        var ours = Open(folder, out var path);
        var theirs = ReferenceTokenizer.Open(path);
        foreach (var text in Hostile)
            CollectionAssert.AreEqual(theirs.Encode(text).Select(i => (int)i).ToArray(), ours.Encode(text).Ids, text);
    }

    [TestMethod]
    public void Tokenizer_GivesANameTheSameTokensEverywhere()
    {
        using var folder = new TempFolder();
        var tokenizer = Open(folder, out _);
        var name = tokenizer.Encode("Utf8JsonWriter").Ids;
        foreach (var around in new[] { "{0}", " {0}", "of {0}?", "\n{0}\n", "System.{0}.Flush()", "My{0}", "({0})" })
            Assert.Contains(string.Join(' ', name), string.Join(' ', tokenizer.Encode(around.Replace("{0}", "Utf8JsonWriter", StringComparison.Ordinal)).Ids), around);
    }

    private static string[] Hostile =>
    [
        "", " ", "\n", "\r\n\t \u00A0", "Utf8JsonWriter.WriteString(String, ReadOnlySpan<Char>)", "the the  The\tTHE", "1234567890,5e-3", "naïve Straße ǅ ʰ 中文 日本語 ไทย",
        "e\u0301 \u200D \U0001F469\u200D\U0001F4BB\U0001F600", "a<|end|>b", "'s 't \"quoted\" `code` …—", "\0\u0001\u007F", "JSONReader IEnumerable<T> AB1c", new('x', 3_000),
    ];

    private static TextTokenizer Open(TempFolder folder, out string path)
    {
        var words = Words.Count(["The Utf8JsonWriter writes JSON text. The writer is flushed. The text is UTF-8 encoded.", "Utf8JsonWriter.Flush() flushes the writer."]);
        TokenizerWriter.Write(path = folder["tokenizer.json"], BpeTrainer.Train(words, [TokenizerWriter.End], 300));
        return TokenizerFiles.Open(folder.Root);
    }
}
