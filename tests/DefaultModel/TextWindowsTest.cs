using ML.Extensions.DefaultModel.Texts;

namespace ML.Extensions.Tests.DefaultModel;

[TestClass]
public class TextWindowsTest
{
    private const int Budget = 2_048;

    [TestMethod]
    public void Batch_IsOneForOneSeedAndStep()
    {
        var text = TinyText.Build();
        TextWindows Windows(int seed) => new(text, TinyText.Tokens, heldOut: false, seed);
        Assert.AreEqual(Flat(Windows(1).Batch(5, Budget)), Flat(Windows(1).Batch(5, Budget)));
        Assert.AreNotEqual(Flat(Windows(1).Batch(5, Budget)), Flat(Windows(1).Batch(6, Budget)));
        Assert.AreNotEqual(Flat(Windows(1).Batch(5, Budget)), Flat(Windows(2).Batch(5, Budget)));
    }

    [TestMethod]
    public void Batch_HasWindowsOfEveryOctaveAndAFifthWithThePrompt()
    {
        var windows = new TextWindows(TinyText.Build(), TinyText.Tokens, heldOut: false, 1);
        var all = Enumerable.Range(0, 400).SelectMany(step => windows.Batch(step, Budget)).ToArray();
        Assert.IsTrue(all.All(w => w.Length is >= 16 and <= 512), "Every window has 16 to 512 tokens.");
        Assert.IsTrue(all.All(w => w[0] == TinyText.Tokens.First && w[^1] == TinyText.Tokens.Last), "Every window has [CLS] and [SEP].");
        for (var low = 16; low < 512; low *= 2)
            Assert.IsTrue(all.Count(w => w.Length >= low && w.Length <= 2 * low) > 100, $"Windows of {low} to {2 * low} tokens.");
        Assert.AreEqual(Budget, all.Sum(w => w.Length) / 400.0, 100);
        var able = all.Where(w => w.Length >= 64).ToArray();
        Assert.AreEqual(0.2, able.Count(w => w.AsSpan(1).StartsWith(TinyText.Tokens.Prompt)) / (double)able.Length, 0.05);
    }

    [TestMethod]
    public void HeldOut_SharesNoDocumentWithTraining()
    {
        var text = TinyText.Build(300);
        var held = text.Documents.Where(d => d.HeldOut).ToArray();
        Assert.IsTrue(held.Length is > 0 and < 30, $"{held.Length} of 300 documents are held out.");
        Assert.HasCount(300, text.Documents);
        Assert.IsTrue(text.Documents.Zip(text.Documents.Skip(1)).All(d => d.First.Start + d.First.Count == d.Second.Start), "Documents do not overlap.");
        var windows = new TextWindows(text, TinyText.Tokens, heldOut: false, 1);
        string Ids(TextDocument d) => string.Join(' ', text.Ids(d.Start, d.Count));
        var seen = Enumerable.Range(0, 200).SelectMany(step => windows.Batch(step, Budget)).Select(w => string.Join(' ', w)).ToArray();
        foreach (var document in held)
        {
            var body = text.Ids(document.Start + (document.Count / 2), 40);
            Assert.IsFalse(seen.Any(w => w.Contains(string.Join(' ', body), StringComparison.Ordinal)), $"A window holds a part of the held-out document {Ids(document)[..40]}.");
        }

        Assert.IsFalse(text.Pairs.Any(p => held.Any(d => p.Heading >= d.Start && p.Heading < d.Start + d.Count)), "No pair is of a held-out document.");
    }

    private static string Flat(IReadOnlyList<int[]> windows) => string.Join('|', windows.Select(w => string.Join(' ', w)));
}
