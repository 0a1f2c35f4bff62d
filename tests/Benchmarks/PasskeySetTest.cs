using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class PasskeySetTest
{
    [TestMethod]
    [DataRow(256)]
    [DataRow(1_024)]
    [DataRow(8_192)]
    public void Create_FillsUpToThreeQuartersOfTheTokensInWords(int tokens)
    {
        foreach (var document in PasskeySet.Create(tokens, 50, 1).Documents)
        {
            var words = document.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Length;
            Assert.IsTrue(words <= 0.75 * tokens && words > (0.75 * tokens) - 5, $"{words} words for {tokens} tokens");
        }
    }

    [TestMethod]
    public void Create_EachDocumentHoldsItsNeedleAloneOnALine()
    {
        var set = PasskeySet.Create(512, 100, 3);
        for (var d = 0; d < set.Documents.Count; d++)
        {
            var lines = set.Documents[d].Split('\n');
            Assert.ContainsSingle(l => l == set.Needles[d], lines);
            StringAssert.StartsWith(set.Needles[d], set.Names[d] + "'s pass key is ", StringComparison.Ordinal);
            Assert.AreEqual(1, lines.Count(l => l.Contains("pass key", StringComparison.Ordinal)));
        }
    }

    [TestMethod]
    public void Create_NamesAreUnique()
    {
        var set = PasskeySet.Create(256, 400, 5);
        Assert.HasCount(400, set.Names.Distinct(StringComparer.Ordinal));
    }

    [TestMethod]
    public void Create_TheSeedDecides()
    {
        var first = PasskeySet.Create(512, 20, 7);
        CollectionAssert.AreEqual(first.Documents.ToArray(), PasskeySet.Create(512, 20, 7).Documents.ToArray());
        CollectionAssert.AreNotEqual(first.Documents.ToArray(), PasskeySet.Create(512, 20, 8).Documents.ToArray());
    }

    [TestMethod]
    public void Create_RefusesWhatCannotBe()
    {
        Assert.ThrowsExactly<ArgumentException>(() => PasskeySet.Create(512, 401, 1));
        Assert.ThrowsExactly<ArgumentException>(() => PasskeySet.Create(16, 1, 1));
    }
}
