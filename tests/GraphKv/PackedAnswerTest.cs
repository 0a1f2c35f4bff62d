using ML.Extensions.GraphKv;
using ML.Extensions.Training;
using ML.Extensions.Transformers;
using TorchSharp;

namespace ML.Extensions.Tests.GraphKv;

/// <summary>Training's one packed sequence against the engine that answers, its gradients, and its runs.</summary>
[TestClass]
[DoNotParallelize]
public sealed class PackedAnswerTest
{
    private static readonly int[] Prefix = RandomDecoder.Ids(3, 1);

    /// <summary>Two segments are the same text: as two of them they count twice.</summary>
    private static readonly AnswerExample Example = new(
        [RandomDecoder.Ids(5, 3), RandomDecoder.Ids(7, 4), [], RandomDecoder.Ids(7, 4), RandomDecoder.Ids(4, 6)], [(0, 1), (1, 3), (3, 0), (4, 4), (0, 1)],
        [new(RandomDecoder.Ids(4, 7), RandomDecoder.Ids(3, 8)), new(RandomDecoder.Ids(2, 9), RandomDecoder.Ids(1, 10))]);

    private static readonly GraphKvPlan[] Plans =
    [
        GraphKvPlan.Sequential, GraphKvPlan.BlockAttention, GraphKvPlan.BlockAttention with { SegmentsSeePrefix = true }, GraphKvPlan.ParallelWindows,
        GraphKvPlan.TopSources(2), GraphKvPlan.Graph(SegmentGraph.Full, sourceLength: 8), GraphKvPlan.Graph(SegmentGraph.Edges, 2, GraphReadout.FinalOnly, 9),
        GraphKvPlan.Graph(SegmentGraph.Chain, 2, sourceLength: 8) with { SegmentsSeePrefix = true }, GraphKvPlan.Graph(SegmentGraph.Star),
        GraphKvPlan.Synchronous(SegmentGraph.Edges, sourceLength: 8), GraphKvPlan.Synchronous(SegmentGraph.Full), GraphKvPlan.Released(2),
    ];

    public static IEnumerable<object[]> Kinds => [["llama"], ["sliding"], ["soft-capped"], ["tied"], ["bfloat16"]];

    [TestMethod]
    [DynamicData(nameof(Kinds))]
    public void PackedLogits_AreTheEngines(string kind)
    {
        using var model = new RandomDecoder(change: config => Change(config, kind));
        using var answering = new Answering(model.Decoder);
        using var decoder = model.Trainable(new() { Precision = kind == "bfloat16" ? Precision.BFloat16 : Precision.Float32 });
        var within = kind == "bfloat16" ? 0.6 : 1e-4; // bfloat16 keeps 8 bits, of logits up to 7
        foreach (var plan in Plans)
        {
            var packed = Example.Pack(answering.Engine.Model, Prefix, plan);
            using var scope = torch.NewDisposeScope();
            using var _ = torch.no_grad();
            var logits = Logits(decoder, packed);
            var row = 0;
            foreach (var question in Example.Questions)
            {
                using var readout = answering.Engine.Open(plan.Lay(new(answering.Engine.Model, Prefix, Example.Segments, Example.Edges)));
                var next = question.Question;
                foreach (var id in question.Answer)
                {
                    Answering.Near(Answering.Append(readout, next), logits[row++].data<float>().ToArray(), within, $"{kind}, {plan.Name}");
                    next = [id];
                }
            }
        }
    }

    [TestMethod]
    [DataRow(false)]
    [DataRow(true)]
    public void Gradient_IsTheSlope(bool recompute)
    {
        using var model = new RandomDecoder(layers: 2);
        using var decoder = model.Trainable(new() { RecomputeLayers = recompute });
        var samples = Samples(model.Decoder);
        var step = new AnswerStep(decoder, 10_000);
        using var scope = torch.NewDisposeScope();
        var loss = step.Run(samples).Loss;
        Assert.AreEqual(loss, Loss(step, samples), 1e-5);
        using var _ = torch.no_grad();
        foreach (var parameter in decoder.Parameters)
        {
            var gradient = parameter.Gradient!.clone();
            var direction = gradient / gradient.norm();
            const double far = 5e-3;
            parameter.Master.add_(direction, far);
            var up = Loss(step, samples);
            parameter.Master.add_(direction, -2 * far);
            var down = Loss(step, samples);
            parameter.Master.add_(direction, far);
            var slope = gradient.norm().item<float>();
            Assert.AreEqual(slope, (up - down) / (2 * far), 1e-3 + (0.02 * slope), parameter.Name);
        }
    }

    [TestMethod]
    public void Parts_AddUpToTheWholeGradient()
    {
        using var model = new RandomDecoder(layers: 2);
        using var decoder = model.Trainable();
        var samples = Samples(model.Decoder);
        using var scope = torch.NewDisposeScope();
        var loss = new AnswerStep(decoder, 10_000).Run(samples).Loss;
        var whole = decoder.Parameters.Select(p => p.Gradient!.clone()).ToArray();
        foreach (var parameter in decoder.Parameters)
            parameter.Finish();
        Assert.AreEqual(loss, new AnswerStep(decoder, 60).Run(samples).Loss, 1e-5);
        foreach (var (parameter, expected) in decoder.Parameters.Zip(whole))
            Assert.IsLessThan(1e-5f + (1e-4f * expected.abs().max().item<float>()), (parameter.Gradient! - expected).abs().max().item<float>(), parameter.Name);
    }

    [TestMethod]
    public void Resume_IsTheUninterruptedRun()
    {
        using var model = new RandomDecoder(layers: 2);
        using var folder = new TempFolder();
        var samples = Samples(model.Decoder);
        double[] whole, second;
        using (var decoder = model.Trainable())
            whole = Train(decoder, samples, new() { Steps = 9 });
        using (var decoder = model.Trainable())
        using (var cancel = new CancellationTokenSource())
        {
            Assert.ThrowsExactly<OperationCanceledException>(() => Train(
                decoder, samples, new() { Steps = 9, CheckpointFolder = folder.Root, Progress = p => { if (p.Step == 5) cancel.Cancel(); } }, cancel.Token));
        }

        using (var decoder = model.Trainable())
            second = Train(decoder, samples, new() { Steps = 9, CheckpointFolder = folder.Root });
        CollectionAssert.AreEqual(whole[5..], second);
        Assert.IsLessThan(whole[0], whole[^1]);
    }

    [TestMethod]
    public void Steps_LeakNoTensors()
    {
        using var model = new RandomDecoder(layers: 2);
        using var decoder = model.Trainable();
        long first = 0, last = 0;
        Train(decoder, Samples(model.Decoder), new()
        {
            Steps = 8, TokensPerPass = 100,
            Progress = p =>
            {
                last = DisposeScopeManager.Statistics.TensorStatistics.ThreadTotalLiveCount;
                first = p.Step == 3 ? last : first;
            },
        });
        Assert.AreEqual(first, last);
    }

    [TestMethod]
    public void WhatCannotBeTrained_IsNamed()
    {
        using var model = new RandomDecoder(layers: 2, change: c => c["max_position_embeddings"] = 64);
        var identity = new ModelIdentity(model.Decoder, "test");
        foreach (var plan in new[] { GraphKvPlan.AdaptiveParallel(), GraphKvPlan.CacheBlend() })
            StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => Example.Pack(identity, Prefix, plan)).Message, plan.Name);
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => Example.Pack(identity, Prefix, GraphKvPlan.TopSources(1))).Message, "window ends at 64");
        var empty = Example with { Questions = [new([3], [])] };
        StringAssert.Contains(Assert.ThrowsExactly<ArgumentException>(() => empty.Pack(identity, Prefix, GraphKvPlan.Sequential)).Message, "needs a token");
        StringAssert.Contains(Assert.ThrowsExactly<NotSupportedException>(() => model.Trainable(new() { Precision = Precision.Int8 })).Message, "Int8");
    }

    private static double[] Train(TrainableDecoder decoder, PackedAnswer[] samples, EmbeddingTrainingOptions options, CancellationToken cancellation = default)
    {
        var losses = new List<double>();
        new AnswerTrainingRun(decoder, step => [samples[step % samples.Length], samples[(step + 1) % samples.Length]], options with
        {
            LearningRate = new(1e-2, 2),
            Progress = p =>
            {
                losses.Add(p.Loss);
                options.Progress?.Invoke(p);
            },
        }).Run(cancellation);
        return [.. losses];
    }

    private static PackedAnswer[] Samples(CausalDecoder decoder) =>
        [.. Plans.Skip(3).Append(Plans[0]).Select(p => Example.Pack(new(decoder, "test"), Prefix, p))];

    private static double Loss(AnswerStep step, PackedAnswer[] samples)
    {
        var scores = step.Measure(samples);
        return samples.Zip(scores).Sum(s => s.First.TargetCounts.Zip(s.Second).Sum(q => q.First * q.Second.Loss)) / samples.Sum(s => s.Targets.Length);
    }

    private static torch.Tensor Logits(TrainableDecoder decoder, PackedAnswer packed) => decoder.Logits(
        new(packed.Ids, [packed.Length]) { Positions = packed.Positions }, new PackedAttention(decoder.Spec, [packed], decoder.Type), torch.tensor(packed.Rows.Select(r => (long)r).ToArray()));

    private static void Change(Dictionary<string, object?> config, string kind)
    {
        if (kind == "tied")
            config["tie_word_embeddings"] = true;
        else if (kind == "sliding")
            (config["model_type"], config["sliding_window"]) = ("mistral", 12);
        else if (kind == "soft-capped")
        {
            (config["model_type"], config["attn_logit_softcapping"], config["final_logit_softcapping"], config["query_pre_attn_scalar"], config["head_dim"], config["sliding_window"], config["hidden_activation"])
                = ("gemma2", 3.0, 30.0, 8, 8, 12, "silu");
        }
    }
}
