using ML.Extensions.Tokenization;

namespace ML.Extensions.Tests.Tokenization;

[TestClass]
public sealed class BlankWordsTest
{
    [TestMethod]
    [DataRow("▁ab▁c", 0, 3)]
    [DataRow("▁ab▁c", 3, 5)]
    [DataRow("▁▁▁a▁▁", 0, 4)]
    [DataRow("▁▁▁a▁▁", 4, 6)]
    [DataRow("a", 0, 1)]
    public void End_IsBeforeTheNextBlankBehindAnotherCharacter(string text, int start, int end) => Assert.AreEqual(end, BlankWords.End(text, start));

    [TestMethod]
    public void Are_NeedsTheBlankAndNoTokenAcrossWords()
    {
        Assert.IsTrue(BlankWords.Are(["▁", "▁▁", "▁a", "ab"]));
        Assert.IsFalse(BlankWords.Are(["▁a", "ab"]));
        Assert.IsFalse(BlankWords.Are(["▁", "a▁"]));
        Assert.IsFalse(BlankWords.Are(["▁", "▁a▁b"]));
    }
}
