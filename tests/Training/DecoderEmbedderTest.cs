using ML.Extensions.Checkpoints;
using ML.Extensions.Devices;
using ML.Extensions.Encoders;
using ML.Extensions.LongText;
using ML.Extensions.Training;
using TorchSharp;

namespace ML.Extensions.Tests.Training;

/// <summary>Low-rank matrices of decoder embedders: gradients, steps, resumption, what comes out.</summary>
[TestClass]
[DoNotParallelize]
public sealed class DecoderEmbedderTest
{
    private static readonly int[][] Texts = TinyDecoder.Texts(1, 20, 11, 11, 5, 2);

    [TestMethod]
    [DataRow("llama", "lasttoken", false)]
    [DataRow("llama", "mean", true)]
    [DataRow("mistral", "mean", false)]
    [DataRow("gemma2", "lasttoken", true)]
    [DataRow("llama", "weightedmean", false)]
    public void Gradients_AreFiniteDifferences(string family, string pooling, bool recompute)
    {
        using var model = new TinyDecoder(family, pooling);
        using var encoder = model.Open(recompute);
        Shake(encoder);
        var random = new Random(5);
        var batch = TrainingBatch.Of(Texts) with { Targets = [.. Texts.Select(_ => Enumerable.Range(0, TinyDecoder.Width).Select(_ => random.NextSingle() - 0.5f).ToArray())], PooledFrom = [3, 0, 2, 0, 1] };
        var task = new TrainingTask(new Distillation(), TrainingStream.From(_ => batch));
        new TaskStep(encoder, 1_000).Run(task, batch, 1);
        using var scope = torch.NewDisposeScope();
        Assert.HasCount(2 * 2 * 7, encoder.Parameters);
        foreach (var parameter in encoder.Parameters)
        {
            var gradient = parameter.Gradient!.flatten();
            var place = gradient.abs().argmax().item<long>();
            Assert.AreNotEqual(0, gradient[place].item<float>(), parameter.Name);
            const float step = 3e-3f;
            var slope = (Loss(step) - Loss(-step)) / (2 * step);
            Assert.AreEqual(gradient[place].item<float>(), slope, 2e-4 + (0.02 * Math.Abs(slope)), parameter.Name);

            double Loss(float change)
            {
                using var inner = torch.NewDisposeScope();
                using var _ = torch.no_grad();
                parameter.Master.view(-1)[place].add_(change);
                var tokens = Packed(Texts);
                var vectors = encoder.Pool(encoder.Forward(tokens), tokens, EncoderOutput.AllTokens, batch.PooledFrom).to(torch.ScalarType.Float64);
                var targets = torch.tensor([.. batch.Targets.SelectMany(t => t)], [Texts.Length, TinyDecoder.Width]).to(torch.ScalarType.Float64);
                var loss = 1 - torch.nn.functional.cosine_similarity(vectors, targets).mean();
                parameter.Master.view(-1)[place].sub_(change);
                return loss.item<double>();
            }
        }
    }

    [TestMethod]
    public void CachedGradients_AreTheWholeBatchs()
    {
        using var model = new TinyDecoder();
        using var encoder = model.Open();
        Shake(encoder);
        var batch = new TrainingBatch([TinyDecoder.Texts(1, 9, 7, 12, 5), TinyDecoder.Texts(2, 20, 7, 9, 9)]);
        using var scope = torch.NewDisposeScope();
        var task = new TrainingTask(new Matryoshka(new Contrastive(), (8, 0.5), (TinyDecoder.Width, 1)), TrainingStream.From(_ => batch));
        var loss = new TaskStep(encoder, 10_000).Run(task, batch, 1);
        var whole = encoder.Parameters.Select(p => p.Gradient!.clone()).ToArray();
        foreach (var parameter in encoder.Parameters)
            parameter.Finish();
        Assert.AreEqual(loss, new TaskStep(encoder, 25).Run(task, batch, 1), 1e-5);
        foreach (var (parameter, expected) in encoder.Parameters.Zip(whole))
            Assert.IsLessThan(1e-5f + (1e-4f * expected.abs().max().item<float>()), (parameter.Gradient! - expected).abs().max().item<float>(), parameter.Name);
    }

    [TestMethod]
    [DataRow(Precision.Float32, false)]
    [DataRow(Precision.BFloat16, true)]
    public void EndedRun_GoesOnToTheBit(Precision precision, bool recompute)
    {
        using var model = new TinyDecoder();
        using var folder = new TempFolder();
        double[] whole, second;
        using (var encoder = model.Open(recompute, precision))
            whole = Train(encoder, 12);
        using (var encoder = model.Open(recompute, precision))
        using (var cancel = new CancellationTokenSource())
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => Train(encoder, 12, o => o with
            {
                CheckpointFolder = folder.Root, CheckpointEvery = 5, Progress = p => { if (p.Step == 7) cancel.Cancel(); },
            }, cancel.Token));
        }

        using (var encoder = model.Open(recompute, precision))
            second = Train(encoder, 12, o => o with { CheckpointFolder = folder.Root });
        CollectionAssert.AreEqual(whole[7..], second);
        Assert.IsLessThan(whole[0], whole[^1]);
        using var other = TrainableEncoder.Open(model.Model, new() { Precision = precision, Lora = new() { Rank = 2 } });
        StringAssert.Contains(Assert.ThrowsExactly<InvalidDataException>(() => Train(other, 12, o => o with { CheckpointFolder = folder.Root })).Message, "another run");
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Steps_LeakNoTensors(bool recompute)
    {
        using var model = new TinyDecoder();
        using var encoder = model.Open(recompute);
        long first = 0, last = 0;
        Train(encoder, 12, o => o with
        {
            TokensPerPass = 40,
            Progress = p =>
            {
                last = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount; // handles that only a finalizer would free count, too
                if (p.Step == 4)
                    first = last;
            },
        });
        Assert.AreEqual(first, last);
    }

    [TestMethod]
    [DataRow("llama")]
    [DataRow("gemma2")]
    public void BaseWeights_KeepTheirBits_InTheMergedFolderToo(string family)
    {
        using var model = new TinyDecoder(family);
        using var target = new TempFolder();
        using var encoder = model.Open();
        using var scope = torch.NewDisposeScope();
        torch.Tensor before;
        using (torch.no_grad()) // kernels with gradients round otherwise
            before = encoder.Forward(Packed(Texts));
        Train(encoder, 6);
        using var _ = torch.no_grad();
        encoder.Save(target["merged"]);
        encoder.SaveAdapter(target["adapter"]);
        var after = encoder.Forward(Packed(Texts));
        Assert.IsGreaterThan(0.05f, (after - before).abs().max().item<float>());
        using (var again = model.Open(adapter: target["adapter"]))
            Assert.AreEqual(0, (again.Forward(Packed(Texts)) - after).abs().max().item<float>(), "an adapter to go on from");
        using (var adapter = WeightFiles.OpenFile(target["adapter/adapter_model.safetensors"])!)
            CollectionAssert.AreEqual(new long[] { 3, TinyDecoder.Width }, adapter.Entries["base_model.model.layers.0.self_attn.q_proj.lora_A.weight"].Shape, "names of the model without its head");
        StringAssert.Contains(File.ReadAllText(target["adapter/adapter_config.json"]), "FEATURE_EXTRACTION");
        foreach (var parameter in encoder.Parameters.Where(p => p.Name.Contains("lora_B", StringComparison.Ordinal)))
            parameter.Master.zero_();
        Assert.AreEqual(0, (encoder.Forward(Packed(Texts)) - before).abs().max().item<float>(), "without its matrices the network is the base");
        using var own = WeightFiles.Open(model.Folder);
        using var merged = WeightFiles.Open(target["merged"]);
        CollectionAssert.AreEquivalent(own.Entries.Keys.ToArray(), merged.Entries.Keys.ToArray());
        foreach (var name in own.Entries.Keys)
            Assert.AreEqual(!name.Contains("_proj", StringComparison.Ordinal), own.Read(name).Equals(merged.Read(name)), name);
    }

    [TestMethod]
    public void Adapter_InBFloat16_GoesOnFromItsFloat32Numbers()
    {
        using var model = new TinyDecoder();
        using var target = new TempFolder();
        using (var encoder = model.Open())
        {
            Shake(encoder);
            encoder.SaveAdapter(target.Root);
        }

        using var full = model.Open(adapter: target.Root);
        using var narrow = model.Open(precision: Precision.BFloat16, adapter: target.Root);
        foreach (var (a, b) in full.Parameters.Zip(narrow.Parameters))
            Assert.IsTrue(a.Master.Equals(b.Master), a.Name);
    }

    [TestMethod]
    public void Save_OfBaseInBFloat16_KeepsWhatIsStored()
    {
        using var model = new TinyDecoder();
        using var target = new TempFolder();
        ModelConversion.Convert(model.Folder, target["half"], "bfloat16");
        using var encoder = TrainableEncoder.Open(EmbeddingModel.FromFolder(target["half"]), new() { Precision = Precision.Float32, Lora = new() { Projections = ["q_proj"] } });
        Train(encoder, 2);
        encoder.Save(target["merged"]);
        using var merged = WeightFiles.Open(target["merged"]);
        foreach (var (name, entry) in merged.Entries)
            Assert.AreEqual(name.Contains("q_proj", StringComparison.Ordinal) ? ElementType.Float32 : ElementType.BFloat16, entry.Type, name);
        using var embedder = LongTextEmbedder.Open(EmbeddingModel.FromFolder(target["merged"]), new() { Precision = Precision.Float32, Normalize = false }, ComputeDevice.Cpu);
        using var scope = torch.NewDisposeScope();
        var tokens = Packed([[3, 4, 5, 0]]);
        var expected = encoder.Pool(encoder.Forward(tokens), tokens, EncoderOutput.AllTokens).data<float>().ToArray();
        Assert.IsLessThan(1e-5, expected.Zip(embedder.Embed(["w3 w4 w5"])[0].Vector, (a, b) => Math.Abs(a - b)).Max());
    }

    [TestMethod]
    public void WrongMatrices_AreNamed()
    {
        using var model = new TinyDecoder();
        using var bert = new TinyModel();
        using var target = new TempFolder();
        using (var encoder = model.Open())
            encoder.SaveAdapter(target.Root);
        void Refused<T>(EmbeddingModel of, TrainableEncoderSettings settings, string message)
            where T : Exception => StringAssert.Contains(Assert.ThrowsExactly<T>(() => TrainableEncoder.Open(of, settings)).Message, message);
        Refused<ArgumentException>(model.Model, new() { Lora = new() { Projections = ["q_proj", "query"] } }, "named query. It has: q_proj, k_proj");
        Refused<ArgumentException>(model.Model, new() { Lora = new() { Projections = [] } }, "It has: q_proj");
        Refused<ArgumentException>(model.Model, new() { Lora = new() { Rank = 4 }, Adapter = target.Root }, "has rank 3");
        Refused<InvalidDataException>(bert.Model, new() { Lora = new() { Rank = 3, Alpha = 6 }, Adapter = target.Root }, "another model's");
        Refused<ArgumentException>(bert.Model, new() { Lora = new(), Change = new RotaryTwin() }, "LoRA");
    }

    private static double[] Train(
        TrainableEncoder encoder, long steps, Func<EmbeddingTrainingOptions, EmbeddingTrainingOptions>? change = null, CancellationToken cancellation = default)
    {
        var rows = Enumerable.Range(0, 40).Select(i => new TrainingRow([2, 5 + (i % 20), 30, 0], [4, 31, 5 + (i % 20), 32, 0])).ToArray();
        var losses = new List<double>();
        var options = new EmbeddingTrainingOptions { Steps = steps, LearningRate = new(1e-2, 2) };
        options = change?.Invoke(options) ?? options;
        new EmbeddingTrainingRun(encoder, [new(new Contrastive(0.1), new RowStream(rows, 1_000, 20, 4))], options with
        {
            Progress = p =>
            {
                losses.Add(p.Loss);
                options.Progress?.Invoke(p);
            },
        }).Run(cancellation);
        return [.. losses];
    }

    /// <summary>B begins with zeros, so that A would have no gradient.</summary>
    private static void Shake(TrainableEncoder encoder)
    {
        using var scope = torch.NewDisposeScope();
        using var _ = torch.no_grad();
        using var generator = new torch.Generator(3, torch.CPU);
        foreach (var parameter in encoder.Parameters.Where(p => p.Name.Contains("lora_B", StringComparison.Ordinal)))
            parameter.Master.copy_(torch.randn(parameter.Master.shape, generator: generator).mul_(0.2));
    }

    private static PackedTokens Packed(int[][] texts) => new([.. texts.SelectMany(t => t)], [.. texts.Select(t => t.Length)]);
}
