using ML.Extensions.DefaultModel.Texts;
using ML.Extensions.DefaultModel.Training;
using ML.Extensions.Training;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.DefaultModel;

[TestClass]
public sealed class PositionBatchesTest
{
    private const int Window = 2_048, Longest = 560;

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Texts_HaveAQuestionOfTheBankAndPositionsOfTheWindow(bool facts)
    {
        var batches = new PositionBatches(TinyText.Tokens, TinyText.Build(20, 20), Longest, 4);
        var questions = batches.Questions(facts);
        var (asTheyStand, far) = (0, 0f);
        for (var step = 0; step < 30; step++)
        {
            var batch = batches.Batch(facts, step, 1_000, new(Window));
            foreach (var (text, positions, number) in batch.Texts.Zip(batch.Positions!, batch.Scores!))
            {
                Assert.IsTrue(text.Length is > 64 and <= Longest && text[0] == TinyText.Tokens.First && text[^1] == TinyText.Tokens.Last);
                Assert.IsTrue(number >= 0 && number < questions.Count);
                Assert.HasCount(text.Length, positions!);
                Assert.AreEqual(0, positions![0]);
                Assert.IsTrue(positions.Zip(positions.Skip(1)).All(p => p.Second > p.First) && positions[^1] < Window);
                asTheyStand += positions[^1] == text.Length - 1 ? 1 : 0;
                far = Math.Max(far, positions[^1]);
            }

            var again = batches.Batch(facts, step, 1_000, new(Window));
            Assert.IsTrue(batch.Texts.Zip(again.Texts).All(t => t.First.SequenceEqual(t.Second)), "A step's batch is always the same.");
        }

        Assert.IsGreaterThan(1_900, far);
        Assert.IsGreaterThan(0, asTheyStand);
    }

    [TestMethod]
    public void QuestionBank_IsCrossEntropyOverTheBank()
    {
        using var scope = NewDisposeScope();
        var bank = tensor(new[] { 1f, 0, 0, 1, 0.6f, 0.8f }, 3, 2);
        var loss = new QuestionBank(bank, 0.5).Loss(tensor(new[] { 3f, 4 }, 1, 2), TrainingBatch.Of([[1]]) with { Scores = [2] }, null);
        double[] logits = [0.6 / 0.5, 0.8 / 0.5, 1 / 0.5];
        Assert.AreEqual(Math.Log(logits.Sum(Math.Exp)) - logits[2], loss.item<float>(), 1e-6);
    }
}
