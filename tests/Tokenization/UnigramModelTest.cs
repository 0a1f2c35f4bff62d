using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

/// <summary>Small Unigram models whose best cuts can be found by hand.</summary>
[TestClass]
public sealed class UnigramModelTest
{
    private static readonly (string Piece, double Score)[] Pieces =
        [("<unk>", 0), ("a", 0), ("b", 0), ("c", 0), ("d", 0), ("cd", 1), ("ab", 2), ("abc", 5), ("abcd", 10), ("é", -1), ("😀x", -1)];

    [TestMethod]
    [DataRow("abcdacdxx", "abcd a cd xx")]
    [DataRow("xyaxy", "xy a xy")]
    [DataRow("éé😀x😀", "é é 😀x 😀")]
    [DataRow("x<unk>", "x<unk>")]
    public void Cut_GivesTheLikeliestPieces(string word, string pieces) => Assert.AreEqual(pieces, Cut(new(Pieces, 0, false, "a"), word));

    [TestMethod]
    public void Cut_OfEqualSumsTakesTheOneFoundFirst() =>
        Assert.AreEqual("a aa", Cut(new([("<unk>", -9), ("a", -2), ("aa", -3)], 0, false, "a"), "aaa"));

    [TestMethod]
    public void Bytes_StandForUnknownRunsIfAllAreThere()
    {
        (string, double)[] bytes = [.. Pieces, ("<0xC3>", 0), ("<0xBC>", 0)];
        var found = new List<WordToken>();
        new UnigramModel(bytes, 0, true, "a").Cut("aüaüzü", found);
        CollectionAssert.AreEqual((WordToken[])[new(1, 0, 1), new(11, 1, 2), new(12, 1, 2), new(1, 2, 3), new(0, 3, 6)], found);
    }

    [TestMethod]
    public void LongWords_AreCutLikeShortOnes()
    {
        var word = string.Concat(Enumerable.Repeat("abcdé", 5_000));
        Assert.AreEqual(string.Join(' ', Enumerable.Repeat("abcd é", 5_000)), Cut(new(Pieces, 0, false, "a"), word));
    }

    [TestMethod]
    public void BadVocabularies_AreRefused()
    {
        Assert.ThrowsExactly<InvalidDataException>(() => new UnigramModel([], 0, false, "a"));
        Assert.ThrowsExactly<InvalidDataException>(() => new UnigramModel(Pieces, 11, false, "a"));
        Assert.ThrowsExactly<InvalidDataException>(() => new UnigramModel([("<unk>", double.NaN)], 0, false, "a"));
    }

    private static string Cut(UnigramModel model, string word)
    {
        var found = new List<WordToken>();
        model.Cut(word, found);
        return string.Join(' ', found.Select(t => word[t.Start..t.End]));
    }
}
