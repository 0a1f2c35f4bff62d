using ML.Extensions.Encoders;
using ML.Extensions.Training;
using TorchSharp;

namespace ML.Extensions.Tests.Training;

/// <summary>Texts that are means of windows, and texts that stand in several rows.</summary>
[TestClass]
[DoNotParallelize]
public sealed class BatchSequencesTest
{
    [TestMethod]
    public void Loss_IsThatOfTheWindowsMeans()
    {
        using var model = new TinyModel("pooling_mode_mean_tokens");
        using var encoder = model.Open();
        int[][] queries = TinyModel.Texts(1, 9, 7, 12);
        int[][][] windows = [TinyModel.Texts(2, 20, 20, 20), TinyModel.Texts(3, 11), TinyModel.Texts(4, 15, 15)];
        var batch = new TrainingBatch([queries, [.. windows.Select(w => w.SelectMany(i => i).ToArray())]]) { Windows = [null, null, null, .. windows] };
        using var scope = torch.NewDisposeScope();
        double[] Vector(int[] ids) => [.. encoder.Pool(encoder.Forward(Packed(ids)), Packed(ids), EncoderOutput.AllTokens).data<float>().Select(v => (double)v)];
        var asked = queries.Select(Vector).ToArray();
        var told = windows.Select(w => w.Select(Vector).ToArray()).Select(v => Enumerable.Range(0, TinyModel.Width).Select(d => v.Average(x => x[d])).ToArray()).ToArray();
        var expected = asked.Index().Average(q =>
        {
            var logits = told.Select(t => Cosine(q.Item, t) / 0.05).ToArray();
            return Math.Log(logits.Sum(Math.Exp)) - logits[q.Index];
        });
        foreach (var tokensPerPass in (int[])[10_000, 25])
            Assert.AreEqual(expected, new TaskStep(encoder, tokensPerPass).Run(Task(batch), batch, 1), 1e-4);
    }

    [TestMethod]
    [DataRow(10_000)]
    [DataRow(25)]
    public void TextsOfSeveralRows_GoThroughOnce_WithTheSameGradient(int tokensPerPass)
    {
        using var model = new TinyModel("pooling_mode_mean_tokens");
        using var encoder = model.Open();
        var (queries, documents) = (TinyModel.Texts(1, 9, 7, 12, 9), TinyModel.Texts(2, 20, 11));
        var batch = new TrainingBatch([queries, [documents[0], documents[1], documents[0], documents[1]]]);
        var apart = batch with { Positions = [.. batch.Texts.Select(t => Enumerable.Range(0, t.Length).Select(p => (float)p).ToArray())] }; // with positions, each goes by itself
        Assert.HasCount(6, BatchSequences.Shared(batch).All);
        Assert.HasCount(8, BatchSequences.Shared(apart).All);
        using var scope = torch.NewDisposeScope();
        var (loss, gradients) = Step(encoder, apart, tokensPerPass);
        var (again, shared) = Step(encoder, batch, tokensPerPass);
        Assert.AreEqual(loss, again, 1e-5);
        foreach (var (a, b) in gradients.Zip(shared))
            Assert.IsLessThan(1e-5f + (1e-4f * a.abs().max().item<float>()), (a - b).abs().max().item<float>());
    }

    [TestMethod]
    public void Draw_TakesSomeWindowsInOrder_TheSameForTheSameText()
    {
        var row = new TrainingRow([2, 7, 3], [2, 9, 3]) { Windows = [null, [.. Enumerable.Range(10, 9).Select(i => (int[])[2, i, 3])]] };
        var other = new TrainingRow([2, 8, 3], [2, 11, 3]);
        var batch = TrainingBatch.Of([row, other, row]);
        var seen = new HashSet<int>();
        for (var seed = 0; seed < 30; seed++)
        {
            var drawn = batch.Draw(3, seed).Windows!;
            Assert.IsNull(drawn[0]);
            Assert.IsNull(drawn[4], "a short text has no windows");
            Assert.AreSame(drawn[3], drawn[5]);
            var places = drawn[3]!.Select(w => w[1]).ToArray();
            CollectionAssert.AreEqual(places.Distinct().Order().ToArray(), places);
            Assert.HasCount(3, places);
            seen.UnionWith(places);
            CollectionAssert.AreEqual(places, batch.Draw(3, seed).Windows![3]!.Select(w => w[1]).ToArray());
        }

        Assert.HasCount(9, seen);
        Assert.HasCount(9, batch.Draw(20, 1).Windows![3]!);
        Assert.AreEqual(12, row.TokensOf(3));
        Assert.AreEqual(batch.Draw(3, 1).Tokens, row.TokensOf(3) + other.TokensOf(3) + row.TokensOf(3));
    }

    private static (double Loss, torch.Tensor[] Gradients) Step(TrainableEncoder encoder, TrainingBatch batch, int tokensPerPass)
    {
        foreach (var parameter in encoder.Parameters)
            parameter.Finish();
        var loss = new TaskStep(encoder, tokensPerPass).Run(Task(batch), batch, 1);
        return (loss, [.. encoder.Parameters.Select(p => p.Gradient!.clone())]);
    }

    private static TrainingTask Task(TrainingBatch batch) => new(new Contrastive(), TrainingStream.From(_ => batch));

    private static PackedTokens Packed(int[] ids) => new(ids, [ids.Length]);

    private static double Cosine(double[] a, double[] b) =>
        a.Zip(b, (x, y) => x * y).Sum() / Math.Sqrt(a.Sum(x => x * x) * b.Sum(x => x * x));
}
