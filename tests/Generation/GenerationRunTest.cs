using ML.Extensions.Generation;
using ML.Extensions.Tests.Transformers;
using TorchSharp;

namespace ML.Extensions.Tests.Generation;

/// <summary>Answers that grow side by side.</summary>
[TestClass]
[DoNotParallelize] // tensor counts are global
public sealed class GenerationRunTest
{
    private static readonly int[][] Prompts = [RandomLlama.Ids(3, 1), RandomLlama.Ids(11, 2), RandomLlama.Ids(3, 3), RandomLlama.Ids(1, 4)];

    [TestMethod]
    public void Finish_EqualsGreedy()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        var expected = decoder.Greedy(Prompts, 12);
        using var source = new CachedTokens(decoder, Prompts.Length);
        var found = new GenerationRun(source, null, Begin(Prompts), new() { MaxNewTokens = 12 }).Finish();
        for (var i = 0; i < Prompts.Length; i++)
        {
            CollectionAssert.AreEqual(expected[i], Ids(found[i]), $"prompt {i}");
            Assert.AreEqual(GenerationEnd.MaxNewTokens, found[i].End);
        }
    }

    [TestMethod]
    public void Finish_TogetherEqualsAlone()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        var settings = new GenerationSettings
        {
            MaxNewTokens = 20, StopIds = new HashSet<int> { 4 }, LogProbabilities = 2,
            Sampling = new() { Temperature = 1, TopP = 0.9, RepetitionPenalty = 1.1, Seed = 3 },
        };
        using var together = new CachedTokens(decoder, Prompts.Length);
        var found = new GenerationRun(together, null, Begin(Prompts), settings).Finish();
        for (var i = 0; i < Prompts.Length; i++)
        {
            using var alone = new CachedTokens(decoder, 1);
            var one = new GenerationRun(alone, null, Begin([Prompts[i]]), settings).Finish()[0];
            CollectionAssert.AreEqual(Ids(one), Ids(found[i]), $"prompt {i}");
            Assert.AreEqual(one.End, found[i].End);
            for (var n = 0; n < one.Choices.Count; n++)
                Assert.AreEqual(one.Choices[n].LogProbability, found[i].Choices[n].LogProbability, 1e-4);
        }
    }

    [TestMethod]
    public void Append_InPiecesEqualsAtOnce()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        int[][] prompts = [RandomLlama.Ids(700, 5), RandomLlama.Ids(20, 6), RandomLlama.Ids(513, 7)];
        using var source = new CachedTokens(decoder, 3);
        using var found = source.Append([2, 0, 1], [prompts[2], prompts[0], prompts[1]], default);
        for (var i = 0; i < 3; i++)
        {
            using var scope = torch.NewDisposeScope();
            using var cache = decoder.NewCache();
            var ids = prompts[new[] { 2, 0, 1 }[i]];
            var expected = decoder.Append(new(ids, [ids.Length]), cache)[0].data<float>().ToArray();
            var row = found[i].data<float>().ToArray();
            for (var v = 0; v < row.Length; v++)
                Assert.AreEqual(expected[v], row[v], 2e-5);
        }
    }

    [TestMethod]
    public void Step_EndsAtTheWindow()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        using var source = new CachedTokens(decoder, 2, window: 15);
        var found = new GenerationRun(source, null, Begin([RandomLlama.Ids(15, 1), RandomLlama.Ids(11, 2)]), new()).Finish();
        Assert.AreEqual(GenerationEnd.Window, found[0].End);
        Assert.HasCount(1, found[0].Choices);
        Assert.AreEqual(GenerationEnd.Window, found[1].End);
        Assert.HasCount(5, found[1].Choices);
        var error = Assert.ThrowsExactly<ArgumentException>(
            () => new GenerationRun(new CachedTokens(decoder, 1, window: 15), null, Begin([RandomLlama.Ids(16, 1)]), new()));
        Assert.Contains("Prompt 0 has 16 tokens; the model's window has room for 15.", error.Message);
    }

    [TestMethod]
    public void Step_StopsWhenCancelled()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        using var source = new CachedTokens(decoder, 1);
        using var cancellation = new CancellationTokenSource();
        var run = new GenerationRun(source, null, Begin([Prompts[0]]), new());
        Assert.IsTrue(run.Step(cancellation.Token));
        Assert.IsTrue(run.Step(cancellation.Token));
        cancellation.Cancel();
        Assert.ThrowsExactly<OperationCanceledException>(() => run.Step(cancellation.Token));
        Assert.HasCount(2, run.Sequences[0].Choices);
    }

    [TestMethod]
    public void Run_RefusesWhatMakesNoSense()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        using var source = new CachedTokens(decoder, 1);
        Assert.ThrowsExactly<ArgumentException>(() => new GenerationRun(source, null, [], new()));
        Assert.ThrowsExactly<ArgumentException>(() => new GenerationRun(source, null, Begin([[]]), new()));
        Assert.ThrowsExactly<ArgumentException>(() => new GenerationRun(source, null, Begin([[1], [2]]), new()));
        Assert.ThrowsExactly<ArgumentException>(() => new GenerationRun(source, null, Begin([[1]]), new() { MaxNewTokens = 0 }));
        Assert.ThrowsExactly<ArgumentException>(() => new GenerationRun(source, null, Begin([[1]]), new() { StopTexts = [""] }));
    }

    [TestMethod]
    public void Run_LeaksNothing()
    {
        using var model = new RandomLlama();
        using var decoder = model.Decoder();
        void Once()
        {
            using var source = new CachedTokens(decoder, 2);
            new GenerationRun(source, null, Begin([RandomLlama.Ids(600, 1), Prompts[1]]), new() { MaxNewTokens = 4 }).Finish();
        }

        Once();
        var before = torch.Tensor.TotalCount;
        for (var i = 0; i < 10; i++)
            Once();
        Assert.IsLessThanOrEqualTo(before, torch.Tensor.TotalCount); // fewer where others' are finalised meanwhile
    }

    private static GenerationPrompt[] Begin(int[][] prompts) => [.. prompts.Select(p => new GenerationPrompt(p))];

    private static int[] Ids(GeneratedSequence sequence) => [.. sequence.Choices.Select(c => c.Id)];
}
