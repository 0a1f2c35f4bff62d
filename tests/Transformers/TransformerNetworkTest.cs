using ML.Extensions.Encoders;
using ML.Extensions.Transformers;
using static TorchSharp.torch;

namespace ML.Extensions.Tests.Transformers;

/// <summary>The generic network against loops in double.</summary>
[TestClass]
[DoNotParallelize] // tensor counts are global
public sealed class TransformerNetworkTest
{
    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Forward_AgreesWithOracle(bool causal)
    {
        using var model = new ManyOptions(causal);
        using var network = model.Network();
        int[] lengths = [19, 19, 7, 1];
        var random = new Random(3);
        var batch = Batch(lengths, random) with
        {
            Positions = [.. lengths.SelectMany((l, s) => Enumerable.Range(0, l).Select(p => (p * (s + 1)) + (s == 1 ? 0.25f : 0)))],
            LogitScales = [1, 1.4f, 1, 2],
            TokenTypes = [.. Enumerable.Range(0, lengths.Sum()).Select(_ => random.Next(2))],
        };
        Check(model, network, batch);
        Check(model, network, Batch(lengths, random));
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Attention_InBlocksAgreesWithOracle(bool causal)
    {
        using var model = new ManyOptions(causal);
        var tiny = model.Spec with { Blocks = [.. model.Spec.Blocks.Select(b => b with { Attention = b.Attention with { SoftCap = null, Positions = null } })] };
        foreach (var reach in (int?[])[0, 1, 30, 400, null])
        {
            var spec = tiny.Blocks[0].Attention with { Reach = reach };
            using var scope = NewDisposeScope();
            var (q, k, v) = (randn(2, 4, 600, 8), randn(2, 2, 600, 8), randn(2, 2, 600, 8));
            var found = AttentionKernel.Attend(q, k, v, new(spec));
            var distance = arange(600).unsqueeze(1) - arange(600);
            var seen = causal ? distance.ge(0) : ones(600, 600, ScalarType.Bool);
            if (reach is { } r)
                seen = seen.logical_and(distance.abs().le(r));
            var logits = matmul(q, k.repeat_interleave(2, 1).transpose(2, 3)).div(Math.Sqrt(8)).masked_fill(seen.logical_not(), float.NegativeInfinity);
            var expected = matmul(logits.softmax(-1), v.repeat_interleave(2, 1));
            Assert.IsLessThan(2e-6, (found - expected).abs().max().item<float>(), $"reach {reach}");
        }
    }

    [TestMethod]
    [DataRow(true)]
    [DataRow(false)]
    public void Append_AgreesWithForward(bool turned)
    {
        using var model = new ManyOptions(causal: true);
        using var network = model.Network();
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var batch = Batch([50], new Random(5));
        var expected = network.Logits(network.Forward(network.Begin(batch), PlainAttention.Instance));
        using var cache = new KvCache(model.Spec, 3, turned);
        var at = 0;
        foreach (var count in (int[])[9, 1, 1, 4, 1, 20, 1, 1, 1, 11]) // the sliding layers drop what nobody sees any more
        {
            var pass = network.Begin(new(batch.Ids[at..(at + count)], [count]), [cache.Length(2)]);
            cache.Begin(2, pass.Positions);
            var found = network.Logits(network.Forward(pass, new CachedAttention(cache, [2])));
            Assert.IsLessThan(2e-5, (found - expected.narrow(0, at, count)).abs().max().item<float>(), $"at {at}");
            at += count;
        }

        Assert.AreEqual(50, at);
        Assert.AreEqual(50, cache.Length(2));
        Assert.AreEqual(0, cache.Length(0));
    }

    [TestMethod]
    public void Forward_LeavesNoTensors()
    {
        using var model = new ManyOptions(causal: true);
        var before = Tensor.TotalCount;
        using (var network = model.Network())
        {
            void Once()
            {
                using var scope = NewDisposeScope();
                network.Logits(network.Forward(network.Begin(Batch([12, 5], new Random(1))), PlainAttention.Instance, EncoderOutput.FirstToken)).Dispose();
                using var cache = new KvCache(model.Spec, 1);
                for (var i = 0; i < 3; i++)
                {
                    var pass = network.Begin(Batch([30], new Random(i)), [cache.Length(0)]);
                    cache.Begin(0, pass.Positions);
                    network.Forward(pass, new CachedAttention(cache, [0])).Dispose();
                    cache.Truncate(0, cache.Length(0) - 20);
                }
            }

            Once();
            var open = Tensor.TotalCount;
            for (var i = 0; i < 100; i++)
                Once();
            Assert.IsLessThanOrEqualTo(open, Tensor.TotalCount); // fewer where others' are finalised meanwhile
        }

        Assert.IsLessThanOrEqualTo(before, Tensor.TotalCount);
    }

    private static PackedTokens Batch(int[] lengths, Random random) =>
        new([.. Enumerable.Range(0, lengths.Sum()).Select(_ => random.Next(ManyOptions.Vocabulary))], lengths);

    private static void Check(ManyOptions model, TransformerNetwork network, PackedTokens batch)
    {
        using var scope = NewDisposeScope();
        using var _ = inference_mode();
        var states = network.Forward(network.Begin(batch), PlainAttention.Instance);
        var (found, logits) = (states.data<float>().ToArray(), network.Logits(states).data<float>().ToArray());
        var firsts = network.Forward(network.Begin(batch), PlainAttention.Instance, EncoderOutput.FirstToken).data<float>().ToArray();
        var start = 0;
        for (var s = 0; s < batch.Lengths.Length; s++)
        {
            var stretch = start..(start + batch.Lengths[s]);
            var positions = batch.Positions?[stretch].Select(p => (double)p).ToArray() ?? [.. Enumerable.Range(0, batch.Lengths[s]).Select(p => (double)p)];
            var expected = model.Oracle.Encode(batch.Ids[stretch], positions, batch.TokenTypes?[stretch], batch.LogitScales?[s] ?? 1);
            for (var t = 0; t < expected.Length; t++)
                Near(expected[t], found, start + t, $"sequence {s}, token {t}");
            Near(expected[0], firsts, s, $"first of {s}");
            Near(model.Oracle.Logits(expected[^1]), logits, start + expected.Length - 1, $"logits of {s}");
            start += batch.Lengths[s];
        }
    }

    private static void Near(double[] expected, float[] found, int row, string what)
    {
        for (var d = 0; d < expected.Length; d++)
            Assert.AreEqual(expected[d], found[(row * expected.Length) + d], 2e-5, $"{what}, dimension {d}");
    }
}
