using ML.Extensions.Retrieval;
using ML.Extensions.Search;

namespace ML.Extensions.Tests.Search;

[TestClass]
public class PassageTest
{
    [TestMethod]
    public void Of_TakesTheNearestChunk()
    {
        var text = "first words here. second words here.";
        var entry = new IndexEntry(text, [], 8, [], [], [1, 0, 0, 1], [0, 17, 18, 36]);
        Assert.AreEqual("second words here.", Passage.Of(entry, [0, 1], "anything"));
    }

    [TestMethod]
    public void Stretch_IsShortAndHoldsTheQuerysWords()
    {
        var text = string.Join(' ', Enumerable.Repeat("filler", 100)) + " the hidden needle lies here " + string.Join(' ', Enumerable.Repeat("filler", 100));
        var stretch = Passage.Stretch(text, "hidden needle");
        StringAssert.Contains(stretch, "hidden needle", StringComparison.Ordinal);
        Assert.IsLessThan(210, stretch.Length);
    }
}
