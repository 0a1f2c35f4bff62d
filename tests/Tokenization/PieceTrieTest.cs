using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class PieceTrieTest
{
    [TestMethod]
    public void Find_FindsEveryPieceAndNoOther()
    {
        var random = new Random(1);
        var pieces = new Dictionary<string, int>(StringComparer.Ordinal);
        string[] alphabet = ["a", "b", "c", "▁", "é", "日", "😀", "\0", "\u00ff"];
        while (pieces.Count < 20_000)
            pieces[string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => alphabet[random.Next(alphabet.Length)]))] = pieces.Count;
        var trie = new PieceTrie([.. pieces.OrderBy(_ => random.Next())]);
        foreach (var (piece, id) in pieces)
            Assert.AreEqual(id, trie.Find(piece));
        for (var i = 0; i < 5_000; i++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 9)).Select(_ => alphabet[random.Next(alphabet.Length)]));
            Assert.AreEqual(pieces.GetValueOrDefault(text, -1), trie.Find(text));
            var longest = Enumerable.Range(1, text.Length).Reverse().FirstOrDefault(n => pieces.ContainsKey(text[..n]));
            Assert.AreEqual(longest, trie.Longest(text, 0, out var value));
            Assert.AreEqual(longest > 0 ? pieces[text[..longest]] : -1, value);
        }
    }

    [TestMethod]
    public void EqualPieces_TheLastOneStands() => Assert.AreEqual(7, new PieceTrie([new("a", 3), new("b", 4), new("a", 7)]).Find("a"));

    [TestMethod]
    public void NoPieces_NothingIsFound() => Assert.AreEqual(-1, new PieceTrie([]).Find("a"));

    [TestMethod]
    public void LongPieces_NeedNoStack()
    {
        var piece = new string('x', 200_000);
        Assert.AreEqual(1, new PieceTrie([new(piece, 1), new("y", 2)]).Find(piece));
    }
}
