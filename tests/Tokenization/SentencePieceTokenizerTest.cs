using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Small models whose cuts can be found by hand.</summary>
[TestClass]
public sealed class SentencePieceTokenizerTest
{
    [TestMethod]
    [DataRow("ab", "▁ab", "0-2")]
    [DataRow("  ab   c ", "▁ab ▁ c", "2-4 4-7 7-8")]
    [DataRow("Q ﬁ", "▁ab ▁ f i", "0-1 1-2 2-2 2-3")]
    [DataRow("aéüb", "▁ a <unk> b", "0-0 0-1 1-3 3-4")]
    [DataRow("a[user]b", "▁ a [user] b", "0-0 0-1 1-7 7-8")]
    [DataRow("", "", "")]
    [DataRow("   ", "", "")]
    public void Unigram_CutsAsByHand(string text, string pieces, string ranges) => Check(SampleSentencePieces.Unigram(), text, pieces, ranges);

    [TestMethod]
    [DataRow("é", "▁ <0xC3> <0xA9>", "0-0 0-0 0-1")]
    public void Unigram_FallsBackToBytes(string text, string pieces, string ranges) =>
        Check(SampleSentencePieces.Unigram(bytes: true), text, pieces, ranges);

    [TestMethod]
    [DataRow("abc", "▁ a bc", "0-0 0-1 1-3")]
    [DataRow("ab", "▁ab", "0-2")]
    [DataRow("ab ab", "▁ab ▁ab", "0-2 2-5")]
    [DataRow("😀", "▁ <0xF0> <0x9F> <0x98> <0x80>", "0-0 0-0 0-0 0-0 0-2")]
    public void Bpe_MergesTheHighestScoreFirst(string text, string pieces, string ranges) => Check(SampleSentencePieces.Bpe(), text, pieces, ranges);

    [TestMethod]
    public void HalfASurrogatePair_IsTheReplacementCharacter() =>
        Check(SampleSentencePieces.Bpe(), "\ud83dx", "▁ <0xEF> <0xBF> <0xBD> <0x78>", "0-0 0-0 0-0 0-1 1-2");

    [TestMethod]
    public void Bpe_WordByWordIsTheSameAsWhole()
    {
        var model = SentencePieceFile.Read(SampleSentencePieces.Bpe(), "a.model");
        var words = new SentencePieceTokenizer(model, new());
        var whole = new SentencePieceTokenizer(model with { Pieces = [.. model.Pieces, new("z▁", -9, SentencePieceType.Normal)] }, new());
        var random = new Random(3);
        string[] parts = ["a", "b", "c", " ", "  ", "▁", "bc", "é", "[user]", "ab"];
        for (var i = 0; i < 300; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(60)).Select(_ => parts[random.Next(parts.Length)]));
            var (left, right) = (words.Encode(text), whole.Encode(text));
            CollectionAssert.AreEqual(right.Ids, left.Ids, text);
            CollectionAssert.AreEqual(right.Ends, left.Ends, text);
        }
    }

    [TestMethod]
    public void Decode_GivesTheTextBack()
    {
        var model = SentencePieceFile.Read(SampleSentencePieces.Bpe(), "a.model");
        var tokenizer = new SentencePieceTokenizer(model, new());
        foreach (var text in (string[])["abc", " ab  c", "é😀 ab", "[user]a"])
            Assert.AreEqual(text, tokenizer.Decode(tokenizer.Encode(text).Ids));
        Assert.AreEqual("\uFFFD\uFFFDa", tokenizer.Decode([3 + 0xC3, 3 + 0xC3, 3 + 'a']));
    }

    [TestMethod]
    public void AddedTokens_AreMatchedInTheRawText()
    {
        var model = SentencePieceFile.Read(SampleSentencePieces.Unigram(), "a.model");
        AddedToken[] added = [new("<s>", 1), new("<x>", 99)];
        var both = new SentencePieceTokenizer(model, new() { AddedTokens = added });
        var first = new SentencePieceTokenizer(model, new() { AddedTokens = added, PrefixAfterAddedTokens = false });
        Assert.AreEqual(100, both.VocabularySize);
        int Id(string piece) => model.Pieces.ToList().FindIndex(p => p.Text == piece);
        CollectionAssert.AreEqual((int[])[1, Id("▁ab"), 99, Id("▁ab")], both.Encode("<s>ab<x>ab").Ids);
        CollectionAssert.AreEqual((int[])[1, Id("ab"), 99, Id("ab")], first.Encode("<s>ab<x>ab").Ids);
    }

    private static void Check(byte[] file, string text, string pieces, string ranges)
    {
        var model = SentencePieceFile.Read(file, "a.model");
        var tokens = new SentencePieceTokenizer(model, new()).Encode(text);
        Assert.AreEqual(pieces, string.Join(' ', tokens.Ids.Select(id => model.Pieces[id].Text)));
        Assert.AreEqual(ranges, string.Join(' ', tokens.Starts.Zip(tokens.Ends, (s, e) => $"{s}-{e}")));
    }
}
