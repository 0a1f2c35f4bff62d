using System.Text.Json;
using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class AddedTokensTest
{
    private static readonly string[] Alphabet =
    [
        "a", "b", "A", "B", " ", "  ", "\t", "\n", "é", "É", "e\u0301", "日", "≠", "😀", "-", "_", "<", ">", "<x>", "<x><y>", "<y>", "ab", "AB", "word",
        "[SEP]", "[MASK]", "Né", "né", "ne", "NE", "a b", "\0", "\u200b", "\u00a0", "ß", "İ",
    ];

    private static readonly AddedToken[] Added =
    [
        new("[SEP]", 3), new("[MASK]", 4, LeftStrip: true), new("<x>", 100, RightStrip: true), new("<x><y>", 101), new("<y>", 102, LeftStrip: true, RightStrip: true),
        new("ab", 103, SingleWord: true), new("Né", 104, Normalized: true), new("word", 105, SingleWord: true, Normalized: true), new("a b", 106),
        new("b-", 107, LeftStrip: true, Normalized: true),
    ];

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Encode_AgreesWithTheReferenceOnRandomTexts(bool lowercase)
    {
        if (!ReferenceTokenizer.Available)
            return;
        using var folder = new TempFolder();
        var added = Added.Select(t => new { id = t.Id, content = t.Content, single_word = t.SingleWord, lstrip = t.LeftStrip, rstrip = t.RightStrip, normalized = t.Normalized, special = false });
        string[] pieces = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "a", "b", "e", "é", "A", "B", "##a", "##b", "##e", "n", "##é", "-", "_", "<", ">", "=", "x", "w", "##ord", "日", "😀", "i", "##i", "ß", "##ß"];
        ReferenceTokenizer.Write(folder["tokenizer.json"], pieces.Concat(Enumerable.Range(pieces.Length, 100 - pieces.Length).Select(i => $"[unused{i}]")), lowercase, added: JsonSerializer.Serialize(added));
        var theirs = ReferenceTokenizer.Open(folder["tokenizer.json"]);
        var ours = TokenizerFiles.Open(folder.Root);
        var random = new Random(1);
        for (var i = 0; i < 20_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 12)).Select(_ => Alphabet[random.Next(Alphabet.Length)]));
            var actual = ours.Encode(text);
            CollectionAssert.AreEqual(theirs.Encode(text).Select(id => (int)id).ToArray(), actual.Ids, JsonSerializer.Serialize(text) + " gave " + string.Join(' ', actual.Ids));
            OffsetsRise(text, actual);
        }
    }

    [TestMethod]
    public void Encode_BySeveralThreads_IsAsByOne()
    {
        using var vocabulary = new MemoryStream("[PAD]\n[UNK]\n[CLS]\n[SEP]\na\n##b\ne\n"u8.ToArray());
        var tokenizer = TokenizerFiles.FromVocabulary(vocabulary, new(), "vocab.txt");
        var texts = Enumerable.Range(0, 500).Select(i => string.Concat(Enumerable.Repeat("ab é [SEP] ", i))).ToArray();
        var expected = texts.Select(t => tokenizer.Encode(t).Count).ToArray();
        CollectionAssert.AreEqual(expected, texts.AsParallel().AsOrdered().Select(t => tokenizer.Encode(t).Count).ToArray());
    }

    private static void OffsetsRise(string text, TokenizedText tokens)
    {
        for (var i = 0; i < tokens.Count; i++)
        {
            Assert.IsTrue(tokens.Starts[i] < tokens.Ends[i] && tokens.Ends[i] <= text.Length, text);
            Assert.IsTrue(i == 0 || tokens.Starts[i] >= tokens.Starts[i - 1], text); // pieces of one decomposed character share it
        }
    }
}
