using ML.Extensions.Benchmarks;
using ML.Extensions.LongText;

namespace ML.Extensions.Tests.Benchmarks;

[TestClass]
public class EmbeddingStrategyTest
{
    [TestMethod]
    public void Parse_ReadsPiecesAndScale()
    {
        var settings = EmbeddingStrategy.Parse("se/1024+log").Settings(4_096);
        Assert.AreEqual(1_024, settings.MaxTokens);
        Assert.AreEqual(BeyondLimit.Split, settings.BeyondLimit);
        Assert.IsInstanceOfType<ContextExtension.SelfExtendExtension>(settings.Extension);
        Assert.IsTrue(settings.LogLengthScaling);
        Assert.AreEqual(4_096, EmbeddingStrategy.Parse("se").Settings(4_096).MaxTokens);
        CollectionAssert.AreEqual(new[] { 0 }, Contestant.Parse("se/1024", new WindowEncoder(512, [])).Limits([4_096]).ToArray());
    }

    [TestMethod]
    [DataRow("se/")]
    [DataRow("se/0")]
    [DataRow("se/1/2")]
    [DataRow("selfextend")]
    public void Parse_RefusesWhatItDoesNotKnow(string name) =>
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => EmbeddingStrategy.Parse(name)).Message, $"'{name}'", StringComparison.Ordinal);

    [TestMethod]
    public void StoryRows_AskAboutTheirOwnStory()
    {
        string[] stories = ["ash ash ash", "birch birch birch"];
        var questions = RetrievalSet.From("q", [("a", stories[0]), ("b", stories[1])], [("1", "who is ash"), ("2", "who is birch")], q => [q == "1" ? "a" : "b"]);
        var told = new string('x', 40);
        var summaries = RetrievalSet.From("s", [("a", stories[0]), ("b", stories[1])], [("1", "ash " + told + ". no"), ("2", "birch " + told)], q => [q == "1" ? "a" : "b"]);
        var rows = StoryRow.Of(questions, summaries, 40, 1);
        Assert.HasCount(40, rows);
        Assert.IsTrue(rows.All(r => r.Passage.StartsWith(r.Query.Contains("ash", StringComparison.Ordinal) ? "ash" : "birch", StringComparison.Ordinal)));
        Assert.HasCount(4, rows.Select(r => r.Query).Distinct().ToArray());
        CollectionAssert.AreEqual(rows.ToArray(), StoryRow.Of(questions, summaries, 40, 1).ToArray());
        for (var i = 0; i < 40; i += 2)
            Assert.AreNotEqual(rows[i].Passage, rows[i + 1].Passage);
        var whole = string.Join(' ', Enumerable.Repeat("ash", 1_000));
        var longer = questions with { Documents = [whole, stories[1]] };
        Assert.IsFalse(StoryRow.Of(longer, summaries, 20, 1).Any(r => r.Passage == whole));
        Assert.IsTrue(StoryRow.Of(longer, summaries, 20, 1, whole: true).Any(r => r.Passage == whole));
    }
}
