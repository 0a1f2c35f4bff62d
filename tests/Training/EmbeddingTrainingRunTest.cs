using ML.Extensions.Training;
using TorchSharp;

namespace ML.Extensions.Tests.Training;

[TestClass]
[DoNotParallelize]
public sealed class EmbeddingTrainingRunTest
{
    public static IEnumerable<string> Objectives => ["contrastive", "both directions", "negatives", "pairs", "similarities", "matryoshka", "windows"];

    [TestMethod]
    public void Loss_Falls()
    {
        using var model = new TinyModel();
        using var encoder = model.Open();
        var losses = Train(encoder, [Facts()], 40);
        Assert.IsLessThan(0.5 * losses[0], losses[^1]);
    }

    [TestMethod]
    [DataRow(Precision.Float32)]
    [DataRow(Precision.BFloat16)]
    public void Resume_IsTheUninterruptedRun(Precision precision)
    {
        using var model = new TinyModel();
        using var folder = new TempFolder();
        double[] whole, second;
        using (var encoder = model.Open(precision: precision))
            whole = Train(encoder, [Facts(), Masked()], 12);
        using (var encoder = model.Open(precision: precision))
        using (var cancel = new CancellationTokenSource())
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => Train(encoder, [Facts(), Masked()], 12, o => o with
            {
                CheckpointFolder = folder.Root, CheckpointEvery = 5, Progress = p => { if (p.Step == 7) cancel.Cancel(); },
            }, cancel.Token));
        }

        Directory.CreateDirectory(folder["step-9.tmp"]); // what a kill leaves
        using (var encoder = model.Open(precision: precision))
            second = Train(encoder, [Facts(), Masked()], 12, o => o with { CheckpointFolder = folder.Root });
        CollectionAssert.AreEqual(whole[7..], second);
    }

    [TestMethod]
    [DynamicData(nameof(Objectives))]
    public void CachedGradients_AreTheWholeBatchs(string name)
    {
        using var model = new TinyModel("pooling_mode_mean_tokens");
        using var encoder = model.Open();
        var batch = Batch(name, out var objective);
        using var scope = torch.NewDisposeScope();
        var task = new TrainingTask(objective, TrainingStream.From(_ => batch));
        var loss = new TaskStep(encoder, 10_000).Run(task, batch, 1);
        var whole = encoder.Parameters.Select(p => p.Gradient!.clone()).ToArray();
        foreach (var parameter in encoder.Parameters)
            parameter.Finish();
        Assert.AreEqual(loss, new TaskStep(encoder, 25).Run(task, batch, 1), 1e-5);
        foreach (var (parameter, expected) in encoder.Parameters.Zip(whole))
            Assert.IsLessThan(1e-5f + (1e-4f * expected.abs().max().item<float>()), (parameter.Gradient! - expected).abs().max().item<float>(), parameter.Name);
    }

    [TestMethod]
    public void FrozenWeights_KeepTheirBits()
    {
        using var model = new TinyModel();
        using var encoder = model.Open();
        const string query = "encoder.layer.0.attention.self.query.weight", value = "encoder.layer.0.attention.self.value.weight", table = "embeddings.position_embeddings.weight";
        encoder.Freeze(n => n is query or "embeddings.word_embeddings.weight");
        encoder.Parameter(table).Train([(8, TinyModel.Window - 8)]);
        using var scope = torch.NewDisposeScope();
        var before = encoder.Weights().ToDictionary(w => w.Key, w => w.Value.clone());
        Train(encoder, [Facts()], 3);
        var after = encoder.Weights();
        Assert.IsTrue(before[query].Equals(after[query]));
        Assert.IsTrue(before["embeddings.word_embeddings.weight"].Equals(after["embeddings.word_embeddings.weight"]));
        Assert.IsTrue(before[table].narrow(0, 0, 8).Equals(after[table].narrow(0, 0, 8)));
        Assert.IsFalse(before[table].Equals(after[table]));
        Assert.IsFalse(before[value].Equals(after[value]));
    }

    [TestMethod]
    [DataRow(false, "rope")]
    [DataRow(true, "rope")]
    [DataRow(true, null)]
    public void Steps_LeakNoTensors(bool recompute, string? positions)
    {
        using var model = new TinyModel(positions: positions);
        using var encoder = model.Open(recompute: recompute);
        long first = 0, last = 0;
        Train(encoder, [Facts(), Masked()], 12, o => o with
        {
            TokensPerPass = 40,
            Progress = p =>
            {
                if (p.Step == 4)
                    first = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount; // handles that only a finalizer would free count, too
                last = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
            },
        });
        Assert.AreEqual(first, last);
    }

    [TestMethod]
    public void Validation_StopsAndKeepsTheBestWeights()
    {
        using var model = new TinyModel();
        using var encoder = model.Open();
        var metrics = new Queue<double>([1, 3, 2, 2, 9]);
        torch.Tensor? best = null;
        var steps = 0L;
        using var scope = torch.NewDisposeScope();
        Train(encoder, [Facts()], 50, o => o with
        {
            ValidateEvery = 2, Patience = 2, Validate = metrics.Dequeue,
            Progress = p =>
            {
                steps = p.Step;
                if (p.Metric == 3)
                    best = encoder.Parameters[0].Master.clone();
            },
        });
        Assert.AreEqual(8, steps);
        Assert.IsTrue(best!.Equals(encoder.Parameters[0].Master));
    }

    [TestMethod]
    public void Divergence_IsNamed()
    {
        using var model = new TinyModel();
        using var encoder = model.Open();
        using (torch.no_grad())
            encoder.Parameters[0].Master.fill_(float.NaN);
        StringAssert.Contains(Assert.ThrowsExactly<InvalidOperationException>(() => Train(encoder, [Facts()], 2)).Message, "step 1");
    }

    private static double[] Train(
        TrainableEncoder encoder, TrainingTask[] tasks, long steps, Func<EmbeddingTrainingOptions, EmbeddingTrainingOptions>? change = null, CancellationToken cancellation = default)
    {
        var losses = new List<double>();
        var options = new EmbeddingTrainingOptions { Steps = steps, LearningRate = new(5e-3, 3) };
        options = change?.Invoke(options) ?? options;
        new EmbeddingTrainingRun(encoder, tasks, options with
        {
            Progress = p =>
            {
                losses.Add(p.Loss);
                options.Progress?.Invoke(p);
            },
        }).Run(cancellation);
        return [.. losses];
    }

    /// <summary>Texts that share a word find each other.</summary>
    private static TrainingTask Facts()
    {
        var rows = Enumerable.Range(0, 40).Select(i => new TrainingRow([2, 5 + (i % 20), 30, 3], [2, 31, 5 + (i % 20), 32, 3])).ToArray();
        return new(new Contrastive(0.1), new RowStream(rows, 1_000, 20, 4));
    }

    private static TrainingTask Masked() => new(new MaskedLanguageModel(4), TrainingStream.From(step => TrainingBatch.Of(TinyModel.Texts((int)step, 20, 20, 10))), 0.1);

    private static TrainingBatch Batch(string name, out EmbeddingObjective objective)
    {
        IReadOnlyList<int[]>[] columns = [TinyModel.Texts(1, 9, 7, 12, 5), TinyModel.Texts(2, 20, 7, 9, 9), TinyModel.Texts(3, 8, 8, 8, 8)];
        var random = new Random(8);
        var batch = new TrainingBatch(name is "negatives" ? columns : name is "similarities" ? columns[..1] : columns[..2])
        {
            Scores = [0.1f, 0.9f, 0.4f, 0.5f],
            Targets = [.. columns[0].Select(_ => Enumerable.Range(0, TinyModel.Width).Select(_ => random.NextSingle() - 0.5f).ToArray())],
        };
        if (name is "windows")
            batch = batch with { Windows = [null, TinyModel.Texts(5, 12, 12, 12), null, null, TinyModel.Texts(6, 9, 9), null, null, null] };
        objective = name switch
        {
            "both directions" => new Contrastive { BothDirections = true },
            "pairs" => new ScoredPairs(),
            "similarities" => new SimilarityDistillation(0.5),
            "matryoshka" => new Matryoshka(new Contrastive(), (4, 0.5), (TinyModel.Width, 1)),
            _ => new Contrastive(),
        };
        return batch;
    }
}
