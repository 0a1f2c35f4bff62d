using ML.Extensions.Benchmarks;
using ML.Extensions.DefaultModel.Facts;

namespace ML.Extensions.Tests.DefaultModel;

[TestClass]
public class FactsTest
{
    [TestMethod]
    public void Group_IsOneForOneSeed()
    {
        CollectionAssert.AreEqual(FactMaker.Group(20, new(4)).ToArray(), FactMaker.Group(20, new(4)).ToArray());
        CollectionAssert.AreNotEqual(FactMaker.Group(20, new(4)).ToArray(), FactMaker.Group(20, new(5)).ToArray());
    }

    [TestMethod]
    public void Group_AsksADifferentQuestionForEachFact()
    {
        for (var seed = 0; seed < 50; seed++)
            Assert.HasCount(40, FactMaker.Group(40, new(seed)).Select(f => f.Question.ToUpperInvariant()).Distinct());
    }

    [TestMethod]
    public void Templates_FillEverySlot()
    {
        foreach (var template in FactTemplates.All)
            for (var seed = 0; seed < 10; seed++)
            {
                var fact = FactMaker.Make(template, new(seed));
                Assert.IsFalse((fact.Text + fact.Question).AsSpan().ContainsAny('{', '}'), fact.ToString());
            }
    }

    [TestMethod]
    public void Batch_TextsShareTheirLengthAndFitTheWindow()
    {
        var batches = new FactBatches(TinyText.Tokens, TinyText.Build(), 2);
        for (var step = 0; step < 20; step++)
        {
            var batch = batches.Batch(step, 2_560);
            Assert.IsTrue(batch.Rows is >= 10 and <= 40, $"{batch.Rows} rows");
            Assert.IsTrue(batch.Texts.All(t => t.Length <= 512 && t[0] == TinyText.Tokens.First && t[^1] == TinyText.Tokens.Last));
            Assert.IsTrue(batch.Columns[0].All(q => q.AsSpan(1).StartsWith(TinyText.Tokens.Prompt)), "Questions have the prompt.");
            var again = batches.Batch(step, 2_560);
            Assert.IsTrue(batch.Texts.Zip(again.Texts).All(t => t.First.SequenceEqual(t.Second)), "A step's batch is always the same.");
        }
    }

    [TestMethod]
    public void Natural_PairsFitTheWindow()
    {
        var natural = new NaturalBatches(TinyText.Tokens, TinyText.Build(), 3);
        for (var step = 0; step < 20; step++)
        {
            var batch = natural.Batch(step, 12);
            Assert.AreEqual(12, batch.Rows);
            Assert.IsTrue(batch.Texts.All(t => t.Length <= 512));
        }
    }

    // What the benchmark asks must not have been taught word by word.
    [TestMethod]
    public void Facts_ShareNoFourWordsAndNoFillerWithPasskeyAndNeedle()
    {
        var (taught, asked) = (new HashSet<string>(), new HashSet<string>());
        for (var seed = 0; seed < 300; seed++)
        {
            foreach (var fact in FactMaker.Group(20, new(seed)))
            {
                taught.UnionWith(Grams(fact.Text));
                taught.UnionWith(Grams(fact.Question));
            }

            var sentences = InventedFiller.Sentences(new(seed));
            taught.UnionWith(Grams(string.Join(' ', sentences.Concat(sentences))));
        }

        for (var seed = 0; seed < 3; seed++)
        {
            var set = PasskeySet.Create(512, 100, seed);
            asked.UnionWith(set.Documents.SelectMany(Grams));
            asked.UnionWith(set.Names.Select(PasskeySet.Query).SelectMany(Grams));
        }

        asked.UnionWith(NeedleFacts.All.SelectMany(f => Grams(f.Text).Concat(Grams(f.Question))));
        Assert.IsTrue(taught.Count > 10_000 && asked.Count > 100, $"{taught.Count} and {asked.Count} stretches of four words");
        taught.IntersectWith(asked);
        Assert.IsEmpty(taught, string.Join("; ", taught.Take(5)));
    }

    [TestMethod]
    public void Facts_ShareNoNameWithThePasskeyBenchmark()
    {
        var names = PasskeySet.Create(256, 400, 1).Names.SelectMany(n => n.Split(' ')).ToHashSet(StringComparer.OrdinalIgnoreCase);
        Assert.IsFalse(FactWords.First.Concat(FactWords.Last).Any(names.Contains), string.Join(", ", FactWords.First.Concat(FactWords.Last).Where(names.Contains)));
    }

    private static IEnumerable<string> Grams(string text)
    {
        var words = text.ToUpperInvariant().Split([' ', '\n', '.', ',', '?', ':', ';'], StringSplitOptions.RemoveEmptyEntries);
        return Enumerable.Range(0, Math.Max(0, words.Length - 3)).Select(i => string.Join(' ', words[i..(i + 4)]));
    }
}
