using ML.Extensions.Tests.Conformance;
using ML.Extensions.Training;
using TorchSharp;

namespace ML.Extensions.Tests.Training;

[TestClass]
public sealed class EmbeddingObjectiveTest
{
    private const int Rows = 5, Width = 6;

    private static readonly double[] Scores = [0.2, 0.9, 0.4, 0.4, 0];
    private static readonly double[][] A = Vectors(1), B = Vectors(2), C = Vectors(3);

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Distillation_AgreesWithTheOracle(bool squared) =>
        Same(TrainingLossOracle.Distillation(A, B, squared), new Distillation { MeanSquared = squared }, [A], B);

    [TestMethod]
    public void SimilarityDistillation_AgreesWithTheOracle()
    {
        Same(TrainingLossOracle.Similarities(A, B, 0.3), new SimilarityDistillation(0.3), [A], B);
        Same(0, new SimilarityDistillation(0.3), [A], A);
    }

    [TestMethod]
    public void Contrastive_AgreesWithTheOracle()
    {
        int[] texts = [10, 11, 12, 11, 14];
        Same(TrainingLossOracle.Contrastive(A, B, texts, 0.2), new Contrastive(0.2), [A, B], texts: texts);
        var both = (TrainingLossOracle.Contrastive(A, B, texts, 0.2) + TrainingLossOracle.Contrastive(B, A, [0, 1, 2, 3, 4], 0.2)) / 2;
        Same(both, new Contrastive(0.2) { BothDirections = true }, [A, B], texts: texts);
        Same(TrainingLossOracle.Contrastive(A, [.. B, .. C], [10, 11, 12, 11, 14, 20, 21, 22, 23, 24], 0.2), new Contrastive(0.2), [A, B, C], texts: texts);
    }

    [TestMethod]
    public void Contrastive_OfGroupsAgreesWithTheOracle()
    {
        int?[] groups = [7, null, 7, null, 8];
        int[] texts = [10, 11, 12, 11, 14, 20, 21, 22, 23, 24];
        using var scope = torch.NewDisposeScope();
        var batch = Batch([A, B, C], texts: texts) with { Groups = groups };
        var found = new Contrastive(0.2).Loss(Tensor([.. A, .. B, .. C]), batch, null).to(torch.ScalarType.Float64).item<double>();
        Assert.AreEqual(TrainingLossOracle.Contrastive(A, [.. B, .. C], texts, 0.2, groups), found, 1e-6);
        Assert.AreNotEqual(TrainingLossOracle.Contrastive(A, [.. B, .. C], texts, 0.2), found, 1e-3);
    }

    [TestMethod]
    public void ScoredPairs_AgreeWithTheOracle()
    {
        Same(TrainingLossOracle.Regression(A, B, Scores), new ScoredPairs(PairLoss.CosineRegression), [A, B]);
        double[] Similarities(Func<double[], double[], double> of) => [.. A.Zip(B, of)];
        Same(TrainingLossOracle.Ranked(Similarities(TrainingLossOracle.Cosine), Scores, 20), new ScoredPairs(), [A, B]);
        Same(TrainingLossOracle.Ranked(Similarities(TrainingLossOracle.Angle), Scores, 20), new ScoredPairs(PairLoss.AnglE), [A, B]);
    }

    [TestMethod]
    public void Matryoshka_IsTheWeightedSum()
    {
        static double[][] Cut(double[][] x) => [.. x.Select(v => v[..3])];
        Same(
            (0.5 * TrainingLossOracle.Distillation(Cut(A), Cut(B), false)) + (2 * TrainingLossOracle.Distillation(A, B, false)),
            new Matryoshka(new Distillation(), (3, 0.5), (Width, 2)), [A], B);
    }

    [TestMethod]
    public void Metric_IsTheMeanReciprocalRank()
    {
        using var scope = torch.NewDisposeScope();
        var expected = Enumerable.Range(0, Rows).Average(
            i => 1.0 / (1 + B.Count(b => TrainingLossOracle.Cosine(A[i], b) > TrainingLossOracle.Cosine(A[i], B[i]))));
        Assert.AreEqual(expected, new Contrastive().Metric(Tensor([.. A, .. B]), Batch([A, B]), null), 1e-9);
    }

    [TestMethod]
    public void Check_NamesWhatIsMissing()
    {
        Assert.ThrowsExactly<ArgumentException>(() => new Contrastive().Check(Batch([A])));
        Assert.ThrowsExactly<ArgumentException>(() => new ScoredPairs().Check(Batch([A, B]) with { Scores = null }));
    }

    private static void Same(double expected, EmbeddingObjective objective, double[][][] columns, double[][]? targets = null, int[]? texts = null)
    {
        using var scope = torch.NewDisposeScope();
        var batch = Batch(columns, texts);
        objective.Check(batch);
        var loss = objective.Loss(Tensor([.. columns.SelectMany(c => c)]), batch, targets is null ? null : Tensor(targets)).item<float>();
        Assert.AreEqual(expected, loss, 2e-5 * Math.Max(1, Math.Abs(expected)));
    }

    private static TrainingBatch Batch(double[][][] columns, int[]? texts = null) =>
        new([.. columns.Select((_, c) => (IReadOnlyList<int[]>)[.. Enumerable.Range(0, Rows).Select(r => (int[])[c == 1 && texts is not null ? texts[r] : (100 * (c + 1)) + r])])])
        {
            Scores = [.. Scores.Select(s => (float)s)],
        };

    private static torch.Tensor Tensor(double[][] rows) => torch.tensor([.. rows.SelectMany(r => r).Select(v => (float)v)], [rows.Length, rows[0].Length]);

    private static double[][] Vectors(int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, Rows).Select(_ => Enumerable.Range(0, Width).Select(_ => random.NextDouble() - 0.5).ToArray())];
    }
}
