using ML.Extensions.Benchmarks;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class BenchmarkListTest
{
    [TestMethod]
    public void All_NamesAreUniqueLowerCaseWords()
    {
        var names = BenchmarkList.All.Select(b => b.Name).ToArray();
        CollectionAssert.AllItemsAreUnique(names);
        foreach (var name in names)
            StringAssert.Matches(name, new("^[a-z]+(-[a-z]+)*$"));
    }

    [TestMethod]
    [DataRow("pi", false)]
    [DataRow("pi+log", true)]
    public void Strategies_TheSuffixAsksForLogScaling(string name, bool scaled)
    {
        var settings = EmbeddingStrategy.Parse(name).Settings(2_048);
        Assert.AreEqual("pi", settings.Extension.Name);
        Assert.AreEqual(scaled, settings.LogLengthScaling);
        Assert.AreEqual(2_048, settings.MaxTokens);
    }

    [TestMethod]
    public void Strategies_AnUnknownNameListsTheKnown() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => EmbeddingStrategy.Parse("spiral")).Message, "pcw, gp, rp", StringComparison.Ordinal);

    [TestMethod]
    public void Contestants_MayNameTheirModel()
    {
        var twin = new ModelEncoder("models/twin");
        Assert.AreEqual(new Contestant(twin, "se+log"), Contestant.Parse("se+log", twin));
        Assert.AreEqual(new Contestant(new ModelEncoder("arctic"), "pcw"), Contestant.Parse("arctic:pcw", twin));
        Assert.AreEqual(new Contestant(twin, "pi"), Contestant.Parse("models/twin:pi", twin));
        Assert.AreEqual("-", Contestant.Parse("bm25", twin).Model);
        Assert.ThrowsExactly<ArgumentException>(() => Contestant.Parse("arctic:spiral", twin));
        Contestant[] both = [Contestant.Parse("none", twin), Contestant.Parse("arctic:pcw", twin)];
        Assert.AreEqual(both[0], Contestant.Rival(null, twin, both));
        Assert.AreEqual(both[1], Contestant.Rival("arctic:pcw", twin, both));
        Assert.Contains("arctic:pcw", Assert.ThrowsExactly<ArgumentException>(() => Contestant.Rival("pcw", twin, both)).Message);
    }

    [TestMethod]
    public void Arguments_AnUnknownOptionListsTheKnown() =>
        StringAssert.Contains(
            Assert.ThrowsExactly<ArgumentException>(() => new Arguments(["--sett", "x"], "set", "model")).Message,
            "--set, --model",
            StringComparison.Ordinal);

    [TestMethod]
    public void ResultLine_UsesInvariantNumbers() =>
        Assert.AreEqual("RESULT x a=1 b=0.5 c=y", ResultLine.Format("x", ("a", 1), ("b", 0.5), ("c", "y")));
}
